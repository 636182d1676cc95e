import type { TablePoint } from './nezha-points.ts';

/** Levels from so long before the first span tell what is usual; what comes so long after the last still tells of it. */
const [beforeNanos, afterNanos] = [15n * 60_000_000_000n, 60_000_000_000n];

/** Points of tables, given out when the spans of their time are. */
export class RecordedPoints {
  readonly #points: readonly TablePoint[];
  #given = 0;

  /**
   * @param points - of tables in any order
   * @param first - when the first span began, and the last ended: tables of metrics may tell of days around it. Undefined where there
   * are no spans
   */
  constructor(
    points: readonly TablePoint[],
    spans: { readonly first: bigint; readonly last: bigint } | undefined,
  ) {
    const isWanted = ({ time }: TablePoint): boolean =>
      spans === undefined || (time >= spans.first - beforeNanos && time <= spans.last + afterNanos);
    this.#points = points
      .filter(isWanted)
      .sort((one, other) => (one.time < other.time ? -1 : one.time > other.time ? 1 : 0));
  }

  /** The next of those up to `time`, all of them if that is not told, and no more than `most`. */
  take(most: number, time?: bigint): readonly TablePoint[] {
    const from = this.#given;
    const end = Math.min(this.#points.length, from + most);
    while (this.#given < end && (time === undefined || this.#points[this.#given]!.time <= time))
      this.#given++;
    return this.#points.slice(from, this.#given);
  }

  /** When the last of all is; undefined where there is none. */
  get last(): bigint | undefined {
    return this.#points.at(-1)?.time;
  }
}
