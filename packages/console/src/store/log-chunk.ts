import { type DuckDBDataChunk, TIMESTAMP_NS, UBIGINT, UINTEGER, UTINYINT, VARCHAR } from '@duckdb/node-api';
import type { LogBatch } from '../otlp/log-batch.ts';
import { ColumnChunk, chunkRows } from './data-chunk.ts';
import { idWords, picked, rowsFrom, traceWords, unlessEmpty } from './picked-rows.ts';

const columns = [
  ...[TIMESTAMP_NS, UBIGINT, UBIGINT, UBIGINT, UTINYINT, UINTEGER],
  ...[VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR],
];

/** A batch as the table of logs takes it; `resources` are the ids of its resources. */
export function* logChunks(batch: LogBatch, resources: readonly number[]): Generator<DuckDBDataChunk> {
  const { texts } = batch;
  for (let at = 0; at < batch.length; at += chunkRows) {
    const rows = rowsFrom(at, batch.length);
    const chunk = new ColumnChunk(columns, rows.length);
    const [high, low] = traceWords(batch.traceIds, rows);
    chunk.numbers(0, picked(batch.times, rows));
    chunk.numbers(1, high);
    chunk.numbers(2, low);
    chunk.numbers(3, idWords(batch.spanIds, rows));
    chunk.numbers(4, picked(batch.severities, rows));
    chunk.numbers(
      5,
      Uint32Array.from(rows, (row) => resources[batch.resourceOf[row]!]!),
    );
    chunk.texts(6, (row) => unlessEmpty(texts[batch.severityTexts[rows[row]!]!]!, ''));
    chunk.texts(7, (row) => unlessEmpty(texts[batch.eventNames[rows[row]!]!]!, ''));
    chunk.texts(8, (row) => unlessEmpty(texts[batch.scopes[rows[row]!]!]!, ''));
    chunk.texts(9, (row) => batch.body(rows[row]!));
    chunk.texts(10, (row) => unlessEmpty(batch.attributesJson(rows[row]!), '{}'));
    yield chunk.chunk;
  }
}
