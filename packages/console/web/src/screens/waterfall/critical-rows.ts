import type { CriticalPath } from '../../api/console-api.ts';

/** The critical path by row: its pieces in order of time, those that a row holds in one go made one. */
export interface CriticalRows {
  /** Row, start and end of each piece, in milliseconds after the trace's start. */
  readonly rows: Int32Array;
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** Pieces of row `r`: `byRow[offsets[r]]` to before `byRow[offsets[r + 1]]`. */
  readonly offsets: Int32Array;
  readonly byRow: Int32Array;
}

/**
 * Puts the path on the rows that are shown.
 *
 * @param rowOf - row of each span, or of what it is folded into; -1 where it has none.
 */
export function criticalRows(path: CriticalPath, rowOf: Int32Array, rowCount: number): CriticalRows {
  const rows = new Int32Array(path.spans.length);
  const starts = new Float64Array(path.spans.length);
  const ends = new Float64Array(path.spans.length);
  const offsets = new Int32Array(rowCount + 1);
  let count = 0;
  for (let piece = 0; piece < path.spans.length; piece++) {
    const span = path.spans[piece]!;
    const start = path.starts[piece]!;
    const end = path.ends[piece]!;
    const row = rowOf[span]!;
    if (row < 0) continue;
    if (count > 0 && rows[count - 1] === row && start <= ends[count - 1]! + 1e-6) {
      ends[count - 1] = Math.max(end, ends[count - 1]!);
      continue;
    }
    rows[count] = row;
    starts[count] = start;
    ends[count] = end;
    offsets[row + 1]!++;
    count++;
  }
  for (let row = 0; row < rowCount; row++) offsets[row + 1]! += offsets[row]!;
  const byRow = new Int32Array(count);
  const next = offsets.slice(0, rowCount);
  for (let piece = 0; piece < count; piece++) byRow[next[rows[piece]!]!++] = piece;
  return {
    rows: rows.subarray(0, count),
    starts: starts.subarray(0, count),
    ends: ends.subarray(0, count),
    offsets,
    byRow,
  };
}
