import type { SpanBatch } from '../span-batch.ts';
import { keyValueJson } from './any-value.ts';
import { DecodedRows } from './decoded-rows.ts';
import { elementsJson } from './fields.ts';
import { IdColumn } from './id-column.ts';
import { Int64Column } from './int64-column.ts';
import type { OtlpRequest } from './otlp-request.ts';
import { eventJson, linkJson } from './span-form.ts';

/** Bytes a row of all columns together. */
const rowBytes = 81;

/** Spans whose columns the decoder fills, and whose attributes, events and links stay in the request. */
export class DecodedSpans extends DecodedRows implements SpanBatch {
  readonly traceIdColumn: IdColumn;
  readonly spanIdColumn: IdColumn;
  readonly parentIdColumn: IdColumn;
  readonly startColumn: Int64Column;
  readonly durationColumn: Int64Column;
  readonly traceIds: Uint8Array;
  readonly spanIds: Uint8Array;
  readonly parentIds: Uint8Array;
  readonly starts: BigInt64Array;
  readonly durations: BigInt64Array;
  readonly kinds: Uint8Array;
  readonly statuses: Uint8Array;
  readonly names: Uint32Array;
  readonly peers: Uint32Array;
  readonly peerKinds: Uint8Array;
  readonly statusMessages: Uint32Array;
  /** 1 for each span that has events; the same for links. */
  readonly withEvents: Uint8Array;
  readonly withLinks: Uint8Array;

  constructor(request: OtlpRequest) {
    super(request, rowBytes);
    const rows = request.items;
    this.traceIdColumn = new IdColumn(rows, 16);
    this.spanIdColumn = new IdColumn(rows, 8);
    this.parentIdColumn = new IdColumn(rows, 8);
    this.startColumn = new Int64Column(rows);
    this.durationColumn = new Int64Column(rows);
    this.traceIds = this.traceIdColumn.values;
    this.spanIds = this.spanIdColumn.values;
    this.parentIds = this.parentIdColumn.values;
    this.starts = this.startColumn.values;
    this.durations = this.durationColumn.values;
    this.kinds = new Uint8Array(rows);
    this.statuses = new Uint8Array(rows);
    this.names = new Uint32Array(rows);
    this.peers = new Uint32Array(rows);
    this.peerKinds = new Uint8Array(rows);
    this.statusMessages = new Uint32Array(rows);
    this.withEvents = new Uint8Array(rows);
    this.withLinks = new Uint8Array(rows);
  }

  attributesJson(row: number): string {
    return `{${elementsJson(this.message(row), this.request, 0x4a, keyValueJson)}}`;
  }

  eventsJson(row: number): string {
    if (this.withEvents[row] === 0) return '[]';
    return `[${elementsJson(this.message(row), this.request, 0x5a, eventJson)}]`;
  }

  linksJson(row: number): string {
    if (this.withLinks[row] === 0) return '[]';
    return `[${elementsJson(this.message(row), this.request, 0x6a, linkJson)}]`;
  }
}
