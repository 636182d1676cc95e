import { MessageReader } from '@holdfast/transport/protobuf';
import type { LogBatch } from '../log-batch.ts';
import type { ResourceEntry } from '../span-batch.ts';
import { anyValueText, keyValueJson } from './any-value.ts';
import { elementsJson, forEachWithin } from './fields.ts';
import { IdColumn } from './id-column.ts';
import { Int64Column } from './int64-column.ts';

/** Bytes a row of all columns together. */
const rowBytes = 57;

/** Logs whose columns the decoder fills, and whose bodies and attributes stay in the request. */
export class DecodedLogs implements LogBatch {
  length = 0;
  readonly bytes: number;
  readonly timeColumn: Int64Column;
  readonly traceIdColumn: IdColumn;
  readonly spanIdColumn: IdColumn;
  readonly times: BigInt64Array;
  readonly traceIds: Uint8Array;
  readonly spanIds: Uint8Array;
  readonly severities: Uint8Array;
  readonly severityTexts: Uint32Array;
  readonly eventNames: Uint32Array;
  readonly resourceOf: Uint32Array;
  readonly scopes: Uint32Array;
  readonly texts: readonly string[];
  readonly resources: readonly ResourceEntry[];
  /** Where in the request each log stands. */
  readonly froms: Uint32Array;
  readonly ends: Uint32Array;
  readonly #body: Buffer;

  constructor(body: Buffer, rows: number, texts: readonly string[], resources: readonly ResourceEntry[]) {
    this.bytes = body.length + rows * rowBytes;
    this.timeColumn = new Int64Column(rows);
    this.traceIdColumn = new IdColumn(rows, 16);
    this.spanIdColumn = new IdColumn(rows, 8);
    this.times = this.timeColumn.values;
    this.traceIds = this.traceIdColumn.values;
    this.spanIds = this.spanIdColumn.values;
    this.severities = new Uint8Array(rows);
    this.severityTexts = new Uint32Array(rows);
    this.eventNames = new Uint32Array(rows);
    this.resourceOf = new Uint32Array(rows);
    this.scopes = new Uint32Array(rows);
    this.froms = new Uint32Array(rows);
    this.ends = new Uint32Array(rows);
    this.texts = texts;
    this.resources = resources;
    this.#body = body;
  }

  body(row: number): string {
    const reader = this.#log(row);
    let text = '';
    forEachWithin(reader, 0x2a, () => {
      text = anyValueText(reader, this.#body);
    });
    return text;
  }

  attributesJson(row: number): string {
    return `{${elementsJson(this.#log(row), this.#body, 0x32, keyValueJson)}}`;
  }

  #log(row: number): MessageReader {
    return new MessageReader(this.#body, this.froms[row]!, this.ends[row]!);
  }
}
