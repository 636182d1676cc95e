import type { ReadOutcome } from '../exchange/output.ts';
import type { MemberId } from '../membership/member-id.ts';

/** A read that a leader has been asked for, by itself or by a follower. */
export interface LeaderRead {
  readonly from: MemberId;
  /** The driver's id for one of its own, the follower's number for another's. */
  readonly read: number;
  readonly askedAt: number;
  /** The commit index when it was registered: what the reader has to see. */
  index: number;
  /** The round that has to be confirmed. */
  round: number;
}

/** The reads that wait at a leader. */
export class LeaderReads {
  /** Waiting for the first commit of the term, before which a leader does not know what is committed. */
  readonly early: LeaderRead[] = [];
  /** Waiting for a majority to confirm a round, in the order of their rounds. */
  readonly unconfirmed: LeaderRead[] = [];
  /** The last round that was begun for reads. */
  roundAsked = 0;

  get count(): number {
    return this.early.length + this.unconfirmed.length;
  }
}

/** The reads that a follower has sent to its leader, by number. */
export class ForwardedReads {
  private readonly waiting = new Map<number, { readonly id: number; readonly deadline: number }>();

  get count(): number {
    return this.waiting.size;
  }

  /** When the oldest one is overdue. All wait equally long, so they are overdue in the order of their asking. */
  get deadline(): number {
    for (const read of this.waiting.values()) return read.deadline;
    return Number.POSITIVE_INFINITY;
  }

  add(read: number, id: number, deadline: number): void {
    this.waiting.set(read, { id, deadline });
  }

  /** The driver's id of an answered one; undefined if it no longer waits. */
  answer(read: number): number | undefined {
    const id = this.waiting.get(read)?.id;
    this.waiting.delete(read);
    return id;
  }

  takeOverdue(now: number): number[] {
    const overdue: number[] = [];
    for (const [read, { id, deadline }] of this.waiting) {
      if (deadline > now) break;
      overdue.push(id);
      this.waiting.delete(read);
    }
    return overdue;
  }

  takeAll(): number[] {
    const all = Array.from(this.waiting.values(), (read) => read.id);
    this.waiting.clear();
    return all;
  }
}

interface ConfirmedRead {
  readonly id: number;
  readonly index: number;
  readonly deadline: number;
}

/** Reads whose index is confirmed, until the state machine has got there. */
export class ConfirmedReads {
  /** By index. */
  private waiting: ConfirmedRead[] = [];
  private earliest = Number.POSITIVE_INFINITY;

  get count(): number {
    return this.waiting.length;
  }

  /** Nothing is overdue before this; it may be earlier than need be. */
  get deadline(): number {
    return this.earliest;
  }

  add(id: number, index: number, deadline: number): void {
    const { waiting } = this;
    let place = waiting.length;
    // Almost always last already: indexes rise with time.
    while (place > 0 && waiting[place - 1]!.index > index) place--;
    waiting.splice(place, 0, { id, index, deadline });
    this.earliest = Math.min(this.earliest, deadline);
  }

  /** Moves those that `applied` satisfies to `outcomes`. */
  release(applied: number, outcomes: ReadOutcome[]): void {
    const { waiting } = this;
    let done = 0;
    while (done < waiting.length && waiting[done]!.index <= applied) {
      const { id, index } = waiting[done]!;
      outcomes.push({ outcome: 'ready', id, index });
      done++;
    }
    if (done > 0) waiting.splice(0, done);
    if (waiting.length === 0) this.earliest = Number.POSITIVE_INFINITY;
  }

  /** Takes those that the state machine has not got to in time: it may be cut off from the log for good. */
  takeOverdue(now: number): number[] {
    if (this.earliest > now) return [];
    const overdue = this.waiting.filter(({ deadline }) => deadline <= now);
    this.waiting = this.waiting.filter(({ deadline }) => deadline > now);
    this.earliest = this.waiting.reduce(
      (least, { deadline }) => Math.min(least, deadline),
      Number.POSITIVE_INFINITY,
    );
    return overdue.map(({ id }) => id);
  }
}
