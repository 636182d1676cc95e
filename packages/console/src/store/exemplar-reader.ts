import type { DuckDBConnection } from '@duckdb/node-api';
import { readChunks } from './column-reader.ts';
import type { MetricSeries, SeriesBook } from './series-book.ts';
import { moment } from './trace-search.ts';

/** Exemplars of a window; all that is given has to fit. */
export interface ExemplarSearch {
  /** Milliseconds since the Unix epoch. */
  readonly from: number;
  readonly to: number;
  readonly service?: string | undefined;
  readonly metric?: string | undefined;
  /** Attributes of the series, as texts. */
  readonly attributes?: readonly (readonly [key: string, value: string])[] | undefined;
  /** By UCUM, such as `s`. */
  readonly unit?: string | undefined;
  /** Whether each series has its greatest one only. */
  readonly perSeries?: boolean | undefined;
  /** In the unit of the metric. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly limit: number;
}

/** A measurement, and the trace that it was taken in. */
export interface FoundExemplar {
  readonly series: MetricSeries;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly value: number;
  readonly traceId: string;
  /** Undefined where it was not told. */
  readonly spanId: string | undefined;
}

/** The greatest first. */
export async function searchExemplars(
  connection: DuckDBConnection,
  book: SeriesBook,
  search: ExemplarSearch,
  signal?: AbortSignal,
): Promise<FoundExemplar[]> {
  const ids = book.series.flatMap((each) => (each !== undefined && fits(each, search) ? [each.id] : []));
  if (ids.length === 0) return [];
  const { from, to, limit, perSeries = false } = search;
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = search;
  const sql = `
    SELECT series, time, value, trace_high, trace_low, span FROM exemplar_rows
    WHERE series IN (${ids.join(', ')}) AND time >= ${moment(from)} AND time < ${moment(to)} AND value BETWEEN $1 AND $2
    ${perSeries ? 'QUALIFY row_number() OVER (PARTITION BY series ORDER BY value DESC, time DESC) = 1' : ''}
    ORDER BY value DESC, time DESC LIMIT ${limit}`;
  const found: FoundExemplar[] = [];
  for await (const chunk of readChunks(connection, sql, [min, max], signal)) {
    const times = chunk.wide(1);
    const [high, low, spans] = [chunk.hex(3), chunk.hex(4), chunk.hex(5)];
    for (let row = 0; row < chunk.rows; row++) {
      found.push({
        series: book.series[chunk.integers(0)[row]!]!,
        at: times[row]! / 1e6,
        value: chunk.doubles(2)[row]!,
        traceId: high[row]! + low[row]!,
        spanId: spans[row] === noSpan ? undefined : spans[row]!,
      });
    }
  }
  return found;
}

const noSpan = '0000000000000000';

function fits(series: MetricSeries, { attributes = [], metric, service, unit }: ExemplarSearch): boolean {
  if (metric !== undefined && series.name !== metric) return false;
  if (unit !== undefined && series.unit !== unit) return false;
  if (service !== undefined && series.resource.service !== service) return false;
  if (attributes.length === 0) return true;
  const own = JSON.parse(series.attributesJson) as Readonly<Record<string, unknown>>;
  return attributes.every(([key, value]) => key in own && String(own[key]) === value);
}
