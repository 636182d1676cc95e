import { violated } from '../invariant.ts';
import type { SnapshotMetadata } from '../log/stored-state.ts';
import type { MemberId } from '../membership/member-id.ts';
import type { Inflights } from './inflights.ts';

/** What a leader knows of a member, itself included. */
export class Standing {
  readonly id: MemberId;
  /** Up to here its log is durable and the same as the leader's. */
  match = 0;
  /** When it last answered in this term. */
  heardAt: number;
  /** The latest round that it answered. */
  round: number;

  constructor(id: MemberId, heardAt: number, round: number) {
    this.id = id;
    this.heardAt = heardAt;
    this.round = round;
  }
}

/** Looking for the place where the logs agree: one append, then an answer. */
export interface Probe {
  readonly name: 'probe';
  /** Sent; now wait for the answer, or for one to a heartbeat. */
  waiting: boolean;
}

/** The logs agree: appends are sent without waiting, as far as the window allows. */
export interface Replicate {
  readonly name: 'replicate';
  readonly inflights: Inflights;
  /** `match` at the last heartbeat response: if it has not moved since, an append may have been lost. */
  matchBefore: number;
}

/**
 * A snapshot is on its way. `offered`: asked where to begin. `reading`: the driver fetches a chunk. `sent`: a chunk is
 * on its way. `installing`: all of it has arrived.
 */
export interface Snapshotting {
  readonly name: 'snapshot';
  readonly snapshot: SnapshotMetadata;
  phase: 'offered' | 'reading' | 'sent' | 'installing';
  offset: number;
  /** Something has happened since the last heartbeat response. */
  moved: boolean;
}

export type ReplicationStage = Probe | Replicate | Snapshotting;

/** What a leader knows of another member, and what it sends it next. */
export class Peer extends Standing {
  readonly witness: boolean;
  stage: ReplicationStage = { name: 'probe', waiting: false };
  /** The first entry that it has not been sent. */
  next: number;
  /** The highest commit index that it has been sent, and could use, since it last had to be probed. */
  commitSent = 0;
  /** When an answer was last used to look for messages that may have been lost. */
  checkedAt = 0;
  private readonly inflights: Inflights;

  constructor(id: MemberId, witness: boolean, next: number, now: number, inflights: Inflights) {
    super(id, now, 0);
    this.witness = witness;
    this.next = next;
    this.inflights = inflights;
  }

  /** Takes note that it holds the log up to `index`: whether that is news. */
  matches(index: number): boolean {
    if (index <= this.match) return false;
    this.match = index;
    if (this.next <= index) this.next = index + 1;
    return true;
  }

  probe(next: number, waiting: boolean): void {
    if (next <= this.match) violated(`${this.id} probed from ${next}, but it matches up to ${this.match}`);
    this.stage = { name: 'probe', waiting };
    this.next = next;
    this.commitSent = 0;
  }

  replicate(): void {
    this.inflights.clear();
    this.stage = { name: 'replicate', inflights: this.inflights, matchBefore: -1 };
    this.next = this.match + 1;
  }

  sendSnapshot(snapshot: SnapshotMetadata): void {
    if (snapshot.index < this.match) {
      violated(`snapshot of ${snapshot.index} for ${this.id}, which matches up to ${this.match}`);
    }
    this.commitSent = 0;
    this.stage = { name: 'snapshot', snapshot, phase: 'offered', offset: 0, moved: true };
  }
}
