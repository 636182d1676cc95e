import type { Lease } from './lease-directory.ts';
import { LeaseHeap } from './lease-heap.ts';

export interface LeaseClockOptions {
  /** Leases that expire in one second at most after a promotion, when many would at once. Default 750. */
  readonly expiriesPerSecond?: number;
  /** Microseconds between two notes of what a long lease has left. Default 5 minutes. */
  readonly checkpointInterval?: number;
}

/** A lease that is running down. */
interface Running {
  readonly id: bigint;
  readonly ttl: number;
  /** Microseconds. Infinity while what has expired is being revoked. */
  expiresAt: number;
  checkpointAt: number;
  /** The latest note, in the replicated state or on its way there, that less than all is left; 0 when there is none. */
  note: number;
}

const second = 1_000_000;
const never: number = Number.POSITIVE_INFINITY;

/**
 * Counts down leases, at the leader alone, on its monotonic clock: whole microseconds, passed in. Leases are never cut
 * short by a change of leaders: the new one gives each its full time again, or what was last noted.
 */
export class LeaseClock {
  private readonly expiriesPerSecond: number;
  private readonly checkpointInterval: number;
  private readonly leases: Map<bigint, Running> = new Map();
  private readonly byExpiry: LeaseHeap<Running> = new LeaseHeap(({ expiresAt }) => expiresAt);
  private readonly byCheckpoint: LeaseHeap<Running> = new LeaseHeap(({ checkpointAt }) => checkpointAt);
  private notes = 0;

  constructor(options: LeaseClockOptions = {}) {
    this.expiriesPerSecond = options.expiriesPerSecond ?? 750;
    this.checkpointInterval = options.checkpointInterval ?? 300 * second;
  }

  get count(): number {
    return this.leases.size;
  }

  /** The earliest time at which there is anything to do; Infinity when nothing will be. */
  get wakeAt(): number {
    return Math.min(this.byExpiry.first?.expiresAt ?? never, this.byCheckpoint.first?.checkpointAt ?? never);
  }

  /** The member has begun to lead: all leases run from now on, those with something noted as left for so long only. */
  promote(leases: Iterable<Lease>, now: number): void {
    this.demote();
    for (const lease of leases) this.run(lease, now);
    this.spread();
  }

  /** The member leads no longer: nothing runs. */
  demote(): void {
    this.leases.clear();
    this.byExpiry.clear();
    this.byCheckpoint.clear();
  }

  granted(lease: Lease, now: number): void {
    this.run(lease, now);
  }

  revoked(id: bigint): void {
    const running = this.leases.get(id);
    if (running === undefined) return;
    this.leases.delete(id);
    this.byExpiry.remove(running);
    this.byCheckpoint.remove(running);
  }

  /**
   * Gives a lease its full time again. Its seconds; 0 when there is none, or it has expired. `note`, where it is not 0:
   * the replicated state says that less was left, which a checkpoint of 0 has to take back before the client is answered.
   */
  renew(id: bigint, now: number): { readonly ttl: number; readonly note: number } {
    const running = this.leases.get(id);
    if (running === undefined || running.expiresAt <= now || running.expiresAt === never) {
      return { ttl: 0, note: 0 };
    }
    this.schedule(running, now, running.ttl * second);
    return { ttl: running.ttl, note: running.note };
  }

  /** A checkpoint of 0 that was proposed after this note is applied. A note made meanwhile stands. */
  takenBack(id: bigint, note: number): void {
    const running = this.leases.get(id);
    if (running?.note === note) running.note = 0;
  }

  /** Whole seconds left; -1 when there is no such lease, 0 when it has expired. */
  remaining(id: bigint, now: number): number {
    const running = this.leases.get(id);
    if (running === undefined) return -1;
    if (running.expiresAt === never) return 0;
    return Math.max(0, Math.ceil((running.expiresAt - now) / second));
  }

  /** Up to `max` leases that have expired, each handed out once: revoke them, or tell with `notRevoked`. */
  expired(now: number, max: number): bigint[] {
    const ids: bigint[] = [];
    for (let first = this.byExpiry.first; ids.length < max; first = this.byExpiry.first) {
      if (first === undefined || first.expiresAt > now) break;
      this.byExpiry.remove(first);
      this.byCheckpoint.remove(first);
      first.expiresAt = never;
      ids.push(first.id);
    }
    return ids;
  }

  /** A revocation has failed: it is handed out again at `retryAt`. It can be renewed no more. */
  notRevoked(id: bigint, retryAt: number): void {
    const running = this.leases.get(id);
    if (running === undefined || running.expiresAt !== never) return;
    running.expiresAt = retryAt;
    this.byExpiry.add(running);
  }

  /** Up to `max` leases of which it is time to note what they have left, in seconds. */
  checkpoints(now: number, max: number): { readonly id: bigint; readonly remainingTtl: number }[] {
    const due: { id: bigint; remainingTtl: number }[] = [];
    for (let first = this.byCheckpoint.first; due.length < max; first = this.byCheckpoint.first) {
      if (first === undefined || first.checkpointAt > now) break;
      first.note = ++this.notes;
      due.push({ id: first.id, remainingTtl: Math.max(1, this.remaining(first.id, now)) });
      this.scheduleCheckpoint(first, now);
    }
    return due;
  }

  private run({ id, ttl, remaining }: Lease, now: number): void {
    this.revoked(id);
    const running = { id, ttl, expiresAt: 0, checkpointAt: never, note: remaining > 0 ? ++this.notes : 0 };
    this.leases.set(id, running);
    this.schedule(running, now, (remaining > 0 ? remaining : ttl) * second);
  }

  private schedule(running: Running, now: number, left: number): void {
    this.byExpiry.remove(running);
    running.expiresAt = now + left;
    this.byExpiry.add(running);
    this.scheduleCheckpoint(running, now);
  }

  private scheduleCheckpoint(running: Running, now: number): void {
    this.byCheckpoint.remove(running);
    running.checkpointAt = now + this.checkpointInterval;
    // What is over soon needs no note.
    if (running.checkpointAt < running.expiresAt) this.byCheckpoint.add(running);
  }

  /** Those that would expire in the same second, after all were renewed at once, are spread over further ones. */
  private spread(): void {
    if (this.leases.size <= this.expiriesPerSecond) return;
    const byTime = [...this.leases.values()].sort((one, other) => one.expiresAt - other.expiresAt);
    let windowEnd = 0;
    let taken = 0;
    for (const running of byTime) {
      if (running.expiresAt >= windowEnd) {
        windowEnd = running.expiresAt + second;
        taken = 0;
      }
      const delay = Math.floor(taken++ / this.expiriesPerSecond) * second;
      if (delay === 0) continue;
      this.byExpiry.remove(running);
      running.expiresAt += delay;
      this.byExpiry.add(running);
    }
  }
}
