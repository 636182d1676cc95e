import { DOUBLE, type DuckDBDataChunk, TIMESTAMP_NS, UINTEGER, VARCHAR } from '@duckdb/node-api';
import type { MetricBatch } from '../otlp/metric-batch.ts';
import { ColumnChunk, chunkRows } from './data-chunk.ts';
import { picked, unlessEmpty } from './picked-rows.ts';
import { noSeries } from './series-book.ts';

const columns = [TIMESTAMP_NS, UINTEGER, DOUBLE, DOUBLE, DOUBLE, DOUBLE, VARCHAR];

/** A batch as the table of points takes it, without the points that have no series. */
export function* pointChunks(batch: MetricBatch, series: Uint32Array): Generator<DuckDBDataChunk> {
  const kept = Uint32Array.from(series.keys()).filter((row) => series[row] !== noSeries);
  for (let at = 0; at < kept.length; at += chunkRows) {
    const rows = kept.subarray(at, at + chunkRows);
    const chunk = new ColumnChunk(columns, rows.length);
    chunk.numbers(0, picked(batch.times, rows));
    chunk.numbers(1, picked(series, rows));
    [batch.values, batch.counts, batch.minima, batch.maxima].forEach((values, index) => {
      chunk.numbers(index + 2, picked(values, rows));
    });
    chunk.texts(6, (row) => unlessEmpty(batch.distributionJson(rows[row]!), ''));
    yield chunk.chunk;
  }
}
