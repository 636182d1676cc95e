import {
  BIGINT,
  type DuckDBDataChunk,
  type DuckDBType,
  TIMESTAMP_NS,
  UBIGINT,
  UINTEGER,
  UTINYINT,
  VARCHAR,
} from '@duckdb/node-api';
import type { SpanBatch } from '../otlp/span-batch.ts';
import { ColumnChunk } from './data-chunk.ts';
import { idWords, picked, traceWords, unlessEmpty } from './picked-rows.ts';

const columns: readonly DuckDBType[] = [
  ...[UBIGINT, UBIGINT, UBIGINT, UBIGINT, TIMESTAMP_NS, BIGINT, UINTEGER, UTINYINT],
  ...[VARCHAR, VARCHAR, VARCHAR, VARCHAR],
];

/** Some rows of a batch as the table of spans takes them. */
export function spanChunk(batch: SpanBatch, shapes: Uint32Array, rows: Uint32Array): DuckDBDataChunk {
  const chunk = new ColumnChunk(columns, rows.length);
  const [high, low] = traceWords(batch.traceIds, rows);
  chunk.numbers(0, high);
  chunk.numbers(1, low);
  chunk.numbers(2, idWords(batch.spanIds, rows));
  chunk.numbers(3, idWords(batch.parentIds, rows));
  chunk.numbers(4, picked(batch.starts, rows));
  chunk.numbers(5, picked(batch.durations, rows));
  chunk.numbers(6, picked(shapes, rows));
  chunk.numbers(7, picked(batch.statuses, rows));
  const { texts, statusMessages } = batch;
  chunk.texts(8, (row) => unlessEmpty(texts[statusMessages[rows[row]!]!]!, ''));
  chunk.texts(9, (row) => unlessEmpty(batch.attributesJson(rows[row]!), '{}'));
  chunk.texts(10, (row) => unlessEmpty(batch.eventsJson(rows[row]!), '[]'));
  chunk.texts(11, (row) => unlessEmpty(batch.linksJson(rows[row]!), '[]'));
  return chunk.chunk;
}
