import { isDiskFull, journalCompacted } from '../journal-errors.ts';
import type { Segment } from './segment.ts';
import type { SegmentSupply } from './segment-supply.ts';

/** The segments that count: the last is written, and another one lies ready for when it is full. */
export class SegmentChain {
  readonly #supply: SegmentSupply;
  readonly #segments: Segment[];
  #next: Segment | undefined;
  /** Why there is none: the disk was full. */
  #noNext: unknown;

  constructor(supply: SegmentSupply, segments: readonly Segment[]) {
    this.#supply = supply;
    this.#segments = [...segments];
  }

  get all(): readonly Segment[] {
    return this.#segments;
  }

  get last(): Segment {
    return this.#segments.at(-1)!;
  }

  get hasNext(): boolean {
    return this.#next !== undefined;
  }

  /** Of all files, that of the next segment too. */
  get files(): { readonly count: number; readonly bytes: number } {
    const segments = this.#withNext();
    return { count: segments.length, bytes: segments.reduce((sum, { header }) => sum + header.size, 0) };
  }

  /** The segment that has `position`. @throws HoldfastError JOURNAL_COMPACTED when that is before `firstPosition`. */
  segmentOf(position: number, firstPosition: number): Segment {
    if (position < firstPosition) throw journalCompacted(position, firstPosition);
    return this.#segments.findLast(({ firstPosition: first }) => first !== undefined && first <= position)!;
  }

  /** Makes the next segment where there is none. A full disk is remembered, and no error. */
  async makeNext(): Promise<void> {
    if (this.#next !== undefined) return;
    try {
      this.#next = await this.#supply.make(this.last.header.ordinal + 1);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      this.#noNext = error;
      await this.#supply.dropUnfinished();
    }
  }

  /** Goes on in the next segment. @throws HoldfastError DISK_FULL when there is none. */
  async advance(): Promise<Segment> {
    const { last } = this;
    const next = this.#next;
    if (next === undefined) throw this.#noNext;
    this.#next = undefined;
    this.#segments.push(next);
    await last.file?.close();
    last.file = undefined;
    return next;
  }

  /** The first segment that is needed for records from `position` on. */
  firstNeeded(position: number): Segment {
    return (
      this.#segments.findLast(
        ({ firstPosition }) => (firstPosition ?? Number.POSITIVE_INFINITY) <= position,
      ) ?? this.#segments[0]!
    );
  }

  /** Takes out all segments before `segment`. */
  takeBefore(segment: Segment): Segment[] {
    return this.#segments.splice(0, this.#segments.indexOf(segment));
  }

  async close(): Promise<void> {
    for (const { file } of this.#withNext()) await file?.close();
  }

  #withNext(): Segment[] {
    return this.#next === undefined ? this.#segments : [...this.#segments, this.#next];
  }
}
