import type { ExemplarBatch, MetricBatch } from '../metric-batch.ts';
import { keyValueJson } from './any-value.ts';
import { DecodedRows } from './decoded-rows.ts';
import { distributionJson } from './distribution.ts';
import { ExemplarColumns } from './exemplar-columns.ts';
import { elementsJson } from './fields.ts';
import { Int64Column } from './int64-column.ts';
import type { OtlpRequest } from './otlp-request.ts';
import type { PointForm } from './point-form.ts';

/** Bytes a row of all columns together. */
const rowBytes = 80;

/** Points whose columns the decoder fills, and whose attributes and buckets stay in the request. */
export class DecodedPoints extends DecodedRows implements MetricBatch {
  readonly timeColumn: Int64Column;
  readonly startColumn: Int64Column;
  readonly times: BigInt64Array;
  readonly starts: BigInt64Array;
  readonly names: Uint32Array;
  readonly units: Uint32Array;
  readonly kinds: Uint8Array;
  readonly temporalities: Uint8Array;
  readonly monotonic: Uint8Array;
  readonly values: Float64Array;
  readonly counts: Float64Array;
  readonly minima: Float64Array;
  readonly maxima: Float64Array;
  /** In which form each point stands in the request. */
  readonly forms: PointForm[] = [];
  /** Those that have been read so far. */
  readonly exemplarColumns: ExemplarColumns;
  #exemplars: ExemplarBatch | undefined;

  constructor(request: OtlpRequest) {
    super(request, rowBytes);
    const rows = request.items;
    this.timeColumn = new Int64Column(rows);
    this.startColumn = new Int64Column(rows);
    this.times = this.timeColumn.values;
    this.starts = this.startColumn.values;
    this.names = new Uint32Array(rows);
    this.units = new Uint32Array(rows);
    this.kinds = new Uint8Array(rows);
    this.temporalities = new Uint8Array(rows);
    this.monotonic = new Uint8Array(rows);
    this.values = new Float64Array(rows);
    this.counts = new Float64Array(rows);
    this.minima = new Float64Array(rows);
    this.maxima = new Float64Array(rows);
    this.exemplarColumns = new ExemplarColumns(request.body);
  }

  get exemplars(): ExemplarBatch {
    this.#exemplars ??= this.exemplarColumns.columns();
    return this.#exemplars;
  }

  attributesJson(row: number): string {
    return `{${elementsJson(this.message(row), this.request, this.forms[row]!.attributesTag, keyValueJson)}}`;
  }

  distributionJson(row: number): string {
    return distributionJson(this.message(row), this.request, this.forms[row]!);
  }
}
