import type { LogBatch } from '../log-batch.ts';
import { anyValueText, keyValueJson } from './any-value.ts';
import { DecodedRows } from './decoded-rows.ts';
import { elementsJson, forEachWithin } from './fields.ts';
import { IdColumn } from './id-column.ts';
import { Int64Column } from './int64-column.ts';
import type { OtlpRequest } from './otlp-request.ts';

/** Bytes a row of all columns together. */
const rowBytes = 57;

/** Logs whose columns the decoder fills, and whose bodies and attributes stay in the request. */
export class DecodedLogs extends DecodedRows implements LogBatch {
  readonly timeColumn: Int64Column;
  readonly traceIdColumn: IdColumn;
  readonly spanIdColumn: IdColumn;
  readonly times: BigInt64Array;
  readonly traceIds: Uint8Array;
  readonly spanIds: Uint8Array;
  readonly severities: Uint8Array;
  readonly severityTexts: Uint32Array;
  readonly eventNames: Uint32Array;

  constructor(request: OtlpRequest) {
    super(request, rowBytes);
    const rows = request.items;
    this.timeColumn = new Int64Column(rows);
    this.traceIdColumn = new IdColumn(rows, 16);
    this.spanIdColumn = new IdColumn(rows, 8);
    this.times = this.timeColumn.values;
    this.traceIds = this.traceIdColumn.values;
    this.spanIds = this.spanIdColumn.values;
    this.severities = new Uint8Array(rows);
    this.severityTexts = new Uint32Array(rows);
    this.eventNames = new Uint32Array(rows);
  }

  body(row: number): string {
    const reader = this.message(row);
    let text = '';
    forEachWithin(reader, 0x2a, () => {
      text = anyValueText(reader, this.request);
    });
    return text;
  }

  attributesJson(row: number): string {
    return `{${elementsJson(this.message(row), this.request, 0x32, keyValueJson)}}`;
  }
}
