import { violated } from '../invariant.ts';
import type { Entry } from './entry.ts';
import type { Log } from './log.ts';

const nothing: readonly never[] = Object.freeze([]);

/** Hands committed entries to the state machine, and keeps account of what it has applied. */
export class Applying<Command> {
  private readonly bytesMax: number;
  private handedTo: number;
  private appliedNow: number;
  private bytesUnderWay = 0;
  /** Where a snapshot ends that is being written. */
  private restoringTo: number | undefined;

  constructor(applied: number, bytesMax: number) {
    this.handedTo = applied;
    this.appliedNow = applied;
    this.bytesMax = bytesMax;
  }

  get applied(): number {
    return this.appliedNow;
  }

  /**
   * The next entries that are committed, and durable here, as far as the bound allows. `needsCommands`: this member is
   * one that may not miss the content of any.
   */
  take(log: Log<Command>, durable: number, needsCommands: boolean): readonly Entry<Command>[] {
    const end = Math.min(log.commit, durable) + 1;
    const first = this.handedTo + 1;
    const room = this.bytesMax - this.bytesUnderWay;
    if (first >= end || (room <= 0 && this.bytesUnderWay > 0)) return nothing;
    const next = log.batchEnd(first, end, room);
    const entries = log.slice(first, next);
    if (entries[0]?.index !== first) violated(`entry ${entries[0]?.index} to apply after ${this.handedTo}`);
    for (const entry of entries) {
      this.bytesUnderWay += entry.bytes;
      if (needsCommands && entry.kind === 'withheld') {
        violated(
          `entry ${entry.index} is withheld: this member was a witness and must start anew, without its disk`,
        );
      }
    }
    this.handedTo = next - 1;
    return entries;
  }

  report(log: Log<Command>, index: number): void {
    if (index > this.handedTo) violated(`applied ${index}, but only ${this.handedTo} was handed out`);
    if (index > log.commit) violated(`applied ${index}, but only ${log.commit} is committed`);
    if (index <= this.appliedNow) return;
    // Nothing is left to count of entries that a snapshot has replaced meanwhile.
    const first = Math.max(this.appliedNow, log.baseIndex) + 1;
    this.bytesUnderWay -= log.bytesBetween(first, index + 1);
    this.appliedNow = index;
  }

  /** Whether a snapshot is being written that takes the state machine's place. */
  get isRestoring(): boolean {
    return this.restoringTo !== undefined;
  }

  /** A snapshot is to take the state machine's place, once it is durable. */
  restoreAt(index: number): void {
    if (index <= this.handedTo) violated(`snapshot of ${index} for a state machine at ${this.handedTo}`);
    this.handedTo = index;
    this.bytesUnderWay = 0;
    this.restoringTo = index;
  }

  /** The log is durable up to `index`: a snapshot below it is in place. */
  written(index: number): void {
    if (this.restoringTo === undefined || index < this.restoringTo) return;
    if (this.restoringTo < this.appliedNow) {
      violated(`restored at ${this.restoringTo}, but ${this.appliedNow} is applied`);
    }
    this.appliedNow = this.restoringTo;
    this.restoringTo = undefined;
  }
}
