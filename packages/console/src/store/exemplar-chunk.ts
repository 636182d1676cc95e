import { DOUBLE, type DuckDBDataChunk, TIMESTAMP_NS, UBIGINT, UINTEGER } from '@duckdb/node-api';
import type { ExemplarBatch } from '../otlp/metric-batch.ts';
import { ColumnChunk, chunkRows } from './data-chunk.ts';
import { idWords, picked, traceWords } from './picked-rows.ts';
import { noSeries } from './series-book.ts';

const columns = [TIMESTAMP_NS, UINTEGER, DOUBLE, UBIGINT, UBIGINT, UBIGINT];

/** Exemplars as their table takes them; `series` are those of their points. */
export function* exemplarChunks(exemplars: ExemplarBatch, series: Uint32Array): Generator<DuckDBDataChunk> {
  const { points, spanIds, times, traceIds, values } = exemplars;
  const seriesOf = points.map((point) => series[point]!);
  const kept = Uint32Array.from(points.keys()).filter((row) => seriesOf[row] !== noSeries);
  for (let at = 0; at < kept.length; at += chunkRows) {
    const rows = kept.subarray(at, at + chunkRows);
    const chunk = new ColumnChunk(columns, rows.length);
    const [high, low] = traceWords(traceIds, rows);
    chunk.numbers(0, picked(times, rows));
    chunk.numbers(1, picked(seriesOf, rows));
    chunk.numbers(2, picked(values, rows));
    chunk.numbers(3, high);
    chunk.numbers(4, low);
    chunk.numbers(5, idWords(spanIds, rows));
    yield chunk.chunk;
  }
}
