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
  const ids = book.series.flatMap((each) =>
    each !== undefined && names.includes(each.name) && wanted(each.resource) ? [each.id] : [],
  );
  if (ids.length === 0) return byResource;
  const sql = `
    SELECT series, ((epoch_ns(time) - ${nanoseconds(from)}) // ${nanoseconds(step)})::DOUBLE, max(value) FROM point_rows
    WHERE series IN (${ids.join(', ')}) AND time >= ${moment(from)} AND time < ${moment(to)} AND NOT isnan(value)
    GROUP BY 1, 2`;
  for await (const chunk of readChunks(connection, sql, [], signal)) {
    for (let row = 0; row < chunk.rows; row++) {
      const { name, resource } = book.series[chunk.integers(0)[row]!]!;
      const byMetric = byResource.get(resource.id) ?? new Map<string, Map<number, number>>();
      const bySteps = byMetric.get(name) ?? new Map<number, number>();
      const at = chunk.doubles(1)[row]!;
      bySteps.set(at, Math.max(bySteps.get(at) ?? Number.NEGATIVE_INFINITY, chunk.doubles(2)[row]!));
      byMetric.set(name, bySteps);
      byResource.set(resource.id, byMetric);
    }
  }
  return byResource;
}

/** The newest value of each series of these names in the window. */
export async function readNewest(
  connection: DuckDBConnection,
  book: SeriesBook,
  { from, to }: { readonly from: number; readonly to: number },
  names: readonly string[],
): Promise<(readonly [MetricSeries, number])[]> {
  const ids = book.series.flatMap((each) =>
    each !== undefined && names.includes(each.name) ? [each.id] : [],
  );
  if (ids.length === 0) return [];
  const sql = `
    SELECT series, arg_max(value, time) FROM point_rows
    WHERE series IN (${ids.join(', ')}) AND time >= ${moment(from)} AND time < ${moment(to)} AND NOT isnan(value)
    GROUP BY series`;
  const newest: (readonly [MetricSeries, number])[] = [];
  for await (const chunk of readChunks(connection, sql)) {
    for (let row = 0; row < chunk.rows; row++) {
      newest.push([book.series[chunk.integers(0)[row]!]!, chunk.doubles(1)[row]!]);
    }
  }
  return newest;
}
