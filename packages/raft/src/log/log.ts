import { violated } from '../invariant.ts';
import type { Entry } from './entry.ts';
import type { SnapshotMetadata } from './stored-state.ts';

/**
 * The log in memory: everything after its base, which is the last entry that was compacted away or came in a snapshot.
 * What of it is on disk is not its concern.
 */
export class Log<Command> {
  private baseIndexNow: number;
  private baseTermNow: number;
  private readonly entries: Entry<Command>[] = [];
  /** The terms in the log and the index at which each begins, both rising. */
  private readonly runTerms: number[] = [];
  private readonly runStarts: number[] = [];
  private commitNow = 0;
  private snapshotNow: SnapshotMetadata | undefined;

  constructor(baseIndex: number, baseTerm: number, snapshot: SnapshotMetadata | undefined) {
    this.baseIndexNow = baseIndex;
    this.baseTermNow = baseTerm;
    this.snapshotNow = snapshot;
    this.commitNow = Math.max(baseIndex, snapshot?.index ?? 0);
  }

  get baseIndex(): number {
    return this.baseIndexNow;
  }

  get baseTerm(): number {
    return this.baseTermNow;
  }

  get lastIndex(): number {
    return this.baseIndexNow + this.entries.length;
  }

  get lastTerm(): number {
    const { entries } = this;
    return entries.length === 0 ? this.baseTermNow : entries[entries.length - 1]!.term;
  }

  get commit(): number {
    return this.commitNow;
  }

  /** The latest snapshot. The log may still have entries that are in it. */
  get snapshot(): SnapshotMetadata | undefined {
    return this.snapshotNow;
  }

  termAt(index: number): number | undefined {
    if (index === this.baseIndexNow) return this.baseTermNow;
    return this.entries[index - this.baseIndexNow - 1]?.term;
  }

  entryAt(index: number): Entry<Command> | undefined {
    return this.entries[index - this.baseIndexNow - 1];
  }

  /** The entries from `first` up to and without `end`. */
  slice(first: number, end: number): Entry<Command>[] {
    return this.entries.slice(first - this.baseIndexNow - 1, end - this.baseIndexNow - 1);
  }

  /** Where a batch that begins at `first` ends: after one entry at least, before `bytesMax` is passed, at `end`. */
  batchEnd(first: number, end: number, bytesMax: number): number {
    let bytes = 0;
    let next = first;
    while (next < end) {
      bytes += this.entries[next - this.baseIndexNow - 1]!.bytes;
      if (bytes > bytesMax && next > first) break;
      next++;
    }
    return next;
  }

  bytesBetween(first: number, end: number): number {
    let bytes = 0;
    for (let index = first; index < end; index++) bytes += this.entries[index - this.baseIndexNow - 1]!.bytes;
    return bytes;
  }

  /** How many of the entries that end with `last` have `bytesMax` bytes together at most. */
  countWithin(bytesMax: number, last: number): number {
    let bytes = 0;
    let index = last;
    while (index > this.baseIndexNow) {
      bytes += this.entries[index - this.baseIndexNow - 1]!.bytes;
      if (bytes > bytesMax) break;
      index--;
    }
    return last - index;
  }

  append(entry: Entry<Command>): void {
    const { lastIndex, lastTerm } = this;
    if (entry.index !== lastIndex + 1) violated(`entry ${entry.index} appended after ${lastIndex}`);
    if (entry.term < lastTerm) violated(`entry ${entry.index} of term ${entry.term} after term ${lastTerm}`);
    if (entry.term > lastTerm || this.runTerms.length === 0) {
      this.runTerms.push(entry.term);
      this.runStarts.push(entry.index);
    }
    this.entries.push(entry);
  }

  /** Drops the entries from `index` on. */
  truncateFrom(index: number): void {
    if (index <= this.commitNow) violated(`truncation from ${index}, but ${this.commitNow} is committed`);
    if (index <= this.baseIndexNow)
      violated(`truncation from ${index}, but the base is ${this.baseIndexNow}`);
    this.entries.length = Math.min(this.entries.length, index - this.baseIndexNow - 1);
    while (this.runStarts.length > 0 && this.runStarts[this.runStarts.length - 1]! >= index) {
      this.runStarts.pop();
      this.runTerms.pop();
    }
  }

  commitTo(index: number): void {
    if (index < this.commitNow) violated(`commit falls from ${this.commitNow} to ${index}`);
    if (index > this.lastIndex)
      violated(`commit ${index} beyond the log's end ${this.lastIndex}: it lost entries`);
    this.commitNow = index;
  }

  /** Whether a log that ends like this holds all that this one holds, as voters judge it. */
  isUpToDate(lastIndex: number, lastTerm: number): boolean {
    return lastTerm > this.lastTerm || (lastTerm === this.lastTerm && lastIndex >= this.lastIndex);
  }

  /**
   * The last index at or before `index` whose term is at most `term`: where two logs may agree that disagree at `index`.
   * Below the base, whose terms are unknown, the index before it.
   */
  lastIndexAtMost(index: number, term: number): number {
    let found = Math.min(index, this.lastIndex);
    for (let run = this.runStarts.length - 1; run >= 0 && found > this.baseIndexNow; run--) {
      if (this.runStarts[run]! > found) continue;
      if (this.runTerms[run]! <= term) return found;
      found = this.runStarts[run]! - 1;
    }
    if (found < this.baseIndexNow) return found;
    return this.baseTermNow <= term ? this.baseIndexNow : Math.max(0, this.baseIndexNow - 1);
  }

  /** Remembers a snapshot of what is committed, and forgets the entries up to `baseIndex`, which it contains. */
  compact(snapshot: SnapshotMetadata, baseIndex: number): void {
    if (snapshot.index > this.commitNow) {
      violated(`snapshot of ${snapshot.index}, but only ${this.commitNow} is committed`);
    }
    if (baseIndex > snapshot.index)
      violated(`compaction to ${baseIndex} beyond the snapshot of ${snapshot.index}`);
    this.snapshotNow = snapshot;
    if (baseIndex <= this.baseIndexNow) return;
    const baseTerm = this.termAt(baseIndex);
    if (baseTerm === undefined) violated(`compaction to ${baseIndex} beyond the log's end ${this.lastIndex}`);
    this.entries.splice(0, baseIndex - this.baseIndexNow);
    this.baseIndexNow = baseIndex;
    this.baseTermNow = baseTerm;
    this.dropRunsBefore(baseIndex + 1);
  }

  /** Puts a snapshot in the place of the whole log. */
  restore(snapshot: SnapshotMetadata): void {
    if (snapshot.index <= this.commitNow) {
      violated(`snapshot of ${snapshot.index} installed, but ${this.commitNow} is committed`);
    }
    this.entries.length = 0;
    this.runTerms.length = 0;
    this.runStarts.length = 0;
    this.baseIndexNow = snapshot.index;
    this.baseTermNow = snapshot.term;
    this.commitNow = snapshot.index;
    this.snapshotNow = snapshot;
  }

  private dropRunsBefore(first: number): void {
    const { runStarts, runTerms } = this;
    let drop = 0;
    while (drop < runStarts.length && (runStarts[drop + 1] ?? this.lastIndex + 1) <= first) drop++;
    runStarts.splice(0, drop);
    runTerms.splice(0, drop);
    if (runStarts.length > 0 && runStarts[0]! < first) runStarts[0] = first;
  }
}
