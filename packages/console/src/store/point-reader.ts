import type { DuckDBConnection } from '@duckdb/node-api';
import { readChunks } from './column-reader.ts';
import type { MetricSeries, SeriesBook } from './series-book.ts';
import type { Resource } from './shape-book.ts';
import { moment, nanoseconds } from './trace-search.ts';

/** Of each metric, its greatest value in each step that has one. */
export type ResourcePoints = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** The gauges of these names by the resource that sent them: of several series of one name, and within a step, the greatest. */
export async function readGauges(
  connection: DuckDBConnection,
  book: SeriesBook,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
  names: readonly string[],
  wanted: (resource: Resource) => boolean,
  signal?: AbortSignal,
): Promise<Map<number, Map<string, Map<number, number>>>> {
  const byResource = new Map<number, Map<string, Map<number, number>>>();
  const wantedIds = book.series.flatMap((each) =>
    each !== undefined && names.includes(each.name) && wanted(each.resource) ? [each.id] : [],
  );
  if (wantedIds.length === 0) return byResource;
  const sql = `
    SELECT series, ((epoch_ns(time) - ${nanoseconds(from)}) // ${nanoseconds(step)})::DOUBLE, max(value) FROM point_rows
    WHERE series IN (${wantedIds.join(', ')}) AND time >= ${moment(from)} AND time < ${moment(to)} AND NOT isnan(value)
    GROUP BY 1, 2`;
  for await (const chunk of readChunks(connection, sql, [], signal)) {
    const [ids, steps, values] = [chunk.integers(0), chunk.doubles(1), chunk.doubles(2)];
    for (let row = 0; row < chunk.rows; row++) {
      const { name, resource } = book.series[ids[row]!]!;
      const byMetric = byResource.get(resource.id) ?? new Map<string, Map<number, number>>();
      const bySteps = byMetric.get(name) ?? new Map<number, number>();
      const at = steps[row]!;
      bySteps.set(at, Math.max(bySteps.get(at) ?? Number.NEGATIVE_INFINITY, values[row]!));
      byMetric.set(name, bySteps);
      byResource.set(resource.id, byMetric);
    }
  }
  return byResource;
}

/** What a counter, or what a histogram counted, grew by. */
export interface Increase {
  /** Of a histogram, of the sum of its values. */
  readonly value: number;
  /** Of a histogram, of how many values; else 0. */
  readonly count: number;
}

/** OpenTelemetry's number for points that tell what was added since the point before. */
const delta = 1;

/**
 * By how much counters and histograms of these names grew in each step, by the resource that sent them; several series of a name
 * are added up. One that began anew grew by what it has.
 */
export async function readIncreases(
  connection: DuckDBConnection,
  book: SeriesBook,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
  names: readonly string[],
  wanted: (resource: Resource) => boolean,
): Promise<Map<number, Map<string, Map<number, Increase>>>> {
  const byResource = new Map<number, Map<string, Map<number, Increase>>>();
  const wantedIds = book.series.flatMap((each) =>
    each !== undefined && names.includes(each.name) && wanted(each.resource) ? [each.id] : [],
  );
  if (wantedIds.length === 0) return byResource;
  // What was there before the window is what the first step grew from.
  const before = from - Math.max(step, baselineMillis);
  const sql = `
    SELECT series, floor((epoch_ns(time) - ${nanoseconds(from)}) / ${nanoseconds(step)})::DOUBLE,
      arg_max(value, time), arg_max(count, time), sum(value), sum(count)
    FROM point_rows
    WHERE series IN (${wantedIds.join(', ')}) AND time >= ${moment(before)} AND time < ${moment(to)} AND NOT isnan(value)
    GROUP BY 1, 2 ORDER BY 1, 2`;
  let last: { readonly series: number; readonly value: number; readonly count: number } | undefined;
  for await (const chunk of readChunks(connection, sql)) {
    const ids = chunk.integers(0);
    const columns = [1, 2, 3, 4, 5].map((column) => chunk.doubles(column));
    for (let row = 0; row < chunk.rows; row++) {
      const series = book.series[ids[row]!]!;
      const [at, value, count, valueSum, countSum] = columns.map((column) => column[row]!) as [
        ...[number, number, number, number, number],
      ];
      const known = last?.series === series.id ? last : undefined;
      last = { series: series.id, value, count };
      const grown =
        series.temporality === delta
          ? { value: valueSum, count: countSum }
          : known === undefined
            ? undefined
            : grownFrom(known, { value, count });
      if (grown === undefined || at < 0) continue;
      const byMetric = byResource.get(series.resource.id) ?? new Map<string, Map<number, Increase>>();
      const bySteps = byMetric.get(series.name) ?? new Map<number, Increase>();
      const sum = bySteps.get(at) ?? { value: 0, count: 0 };
      bySteps.set(at, { value: sum.value + grown.value, count: sum.count + grown.count });
      byMetric.set(series.name, bySteps);
      byResource.set(series.resource.id, byMetric);
    }
  }
  return byResource;
}

const baselineMillis = 60_000;

function grownFrom(before: Increase, now: Increase): Increase {
  if (now.value < before.value || now.count < before.count) return now;
  return { value: now.value - before.value, count: now.count - before.count };
}

/** The newest value of each series of these names in the window. */
export async function readNewest(
  connection: DuckDBConnection,
  book: SeriesBook,
  { from, to }: { readonly from: number; readonly to: number },
  names: readonly string[],
): Promise<(readonly [MetricSeries, number])[]> {
  const wantedIds = book.series.flatMap((each) =>
    each !== undefined && names.includes(each.name) ? [each.id] : [],
  );
  if (wantedIds.length === 0) return [];
  const sql = `
    SELECT series, arg_max(value, time) FROM point_rows
    WHERE series IN (${wantedIds.join(', ')}) AND time >= ${moment(from)} AND time < ${moment(to)} AND NOT isnan(value)
    GROUP BY series`;
  const newest: (readonly [MetricSeries, number])[] = [];
  for await (const chunk of readChunks(connection, sql)) {
    const [ids, values] = [chunk.integers(0), chunk.doubles(1)];
    for (let row = 0; row < chunk.rows; row++) newest.push([book.series[ids[row]!]!, values[row]!]);
  }
  return newest;
}
