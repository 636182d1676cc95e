import type { DuckDBConnection } from '@duckdb/node-api';
import { readChunks } from '../store/column-reader.ts';
import { readFlow } from '../store/flow-reader.ts';
import { moment } from '../store/trace-search.ts';
import { callerOf, entryOf, nobody } from './flow-totals.ts';
import type { LiveFlow } from './live-flow.ts';

/**
 * Fills live views with what the store knows, as if they had never been away: totals are counted by the store; the newest spans
 * are remembered for their children, and those of them wait whose caller has not come yet.
 */
export async function restoreLive(
  live: LiveFlow,
  connection: DuckDBConnection,
  { now, horizon, spansMax }: { readonly now: number; readonly horizon: number; readonly spansMax: number },
): Promise<void> {
  const { step } = live.slices;
  const from = Math.ceil((now - horizon) / step) * step;
  const window = { from, to: Math.ceil(now / step + 1) * step, step };
  for (const [index, totals] of await readFlow(connection, window)) {
    live.slices.at(from + index * step)?.add(totals);
    for (const pair of totals.pairs.keys()) {
      if (callerOf(pair) !== nobody) live.answered(callerOf(pair), entryOf(pair));
    }
  }
  const newest = `
    SELECT trace_low, span, parent, shape, start, duration, status FROM span_rows WHERE start >= ${moment(from)}
    ORDER BY start DESC LIMIT ${spansMax}`;
  const spans: StoredCall[] = [];
  for await (const chunk of readChunks(connection, newest)) {
    const [traces, ids, parents] = [chunk.unsigned(0), chunk.unsigned(1), chunk.unsigned(2)];
    const [shapes, starts, durations] = [chunk.integers(3), chunk.bigints(4), chunk.bigints(5)];
    const statuses = chunk.small(6);
    for (let row = 0; row < chunk.rows; row++) {
      const trace = lowWord(traces[row]!);
      const shape = shapes[row]!;
      live.remember(trace, highWord(ids[row]!), lowWord(ids[row]!), shape);
      if (parents[row] === 0n || !live.mayEnter(shape)) continue;
      spans.push({
        trace,
        parentHigh: highWord(parents[row]!),
        parentLow: lowWord(parents[row]!),
        shape,
        millis: Number(starts[row]!) / 1e6,
        micros: Number(durations[row]!) / 1e3,
        failed: statuses[row] === 2,
      });
    }
  }
  for (const span of spans)
    live.awaitIfUnknown(span.trace, span.parentHigh, span.parentLow, span.shape, span);
}

interface StoredCall {
  readonly trace: number;
  readonly parentHigh: number;
  readonly parentLow: number;
  readonly shape: number;
  readonly millis: number;
  readonly micros: number;
  readonly failed: boolean;
}

function highWord(id: bigint): number {
  return Number(id >> 32n);
}

function lowWord(id: bigint): number {
  return Number(id & 0xffff_ffffn);
}
