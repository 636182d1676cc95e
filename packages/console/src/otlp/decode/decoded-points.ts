import { MessageReader } from '@holdfast/transport/protobuf';
import type { ExemplarBatch, MetricBatch } from '../metric-batch.ts';
import type { ResourceEntry } from '../span-batch.ts';
import { keyValueJson } from './any-value.ts';
import { distributionJson } from './distribution.ts';
import { ExemplarColumns } from './exemplar-columns.ts';
import { elementsJson } from './fields.ts';
import { Int64Column } from './int64-column.ts';
import type { PointForm } from './point-form.ts';

/** Bytes a row of all columns together. */
const rowBytes = 80;

/** Points whose columns the decoder fills, and whose attributes and buckets stay in the request. */
export class DecodedPoints implements MetricBatch {
  length = 0;
  readonly bytes: number;
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
  readonly resourceOf: Uint32Array;
  readonly scopes: Uint32Array;
  readonly texts: readonly string[];
  readonly resources: readonly ResourceEntry[];
  /** Where in the request each point stands, and in which form. */
  readonly froms: Uint32Array;
  readonly ends: Uint32Array;
  readonly forms: PointForm[] = [];
  /** Those that have been read so far. */
  readonly exemplarColumns: ExemplarColumns;
  readonly #body: Buffer;
  #exemplars: ExemplarBatch | undefined;

  constructor(body: Buffer, rows: number, texts: readonly string[], resources: readonly ResourceEntry[]) {
    this.bytes = body.length + rows * rowBytes;
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
    this.resourceOf = new Uint32Array(rows);
    this.scopes = new Uint32Array(rows);
    this.froms = new Uint32Array(rows);
    this.ends = new Uint32Array(rows);
    this.texts = texts;
    this.resources = resources;
    this.exemplarColumns = new ExemplarColumns(body);
    this.#body = body;
  }

  get exemplars(): ExemplarBatch {
    this.#exemplars ??= this.exemplarColumns.columns();
    return this.#exemplars;
  }

  attributesJson(row: number): string {
    return `{${elementsJson(this.#point(row), this.#body, this.forms[row]!.attributesTag, keyValueJson)}}`;
  }

  distributionJson(row: number): string {
    return distributionJson(this.#point(row), this.#body, this.forms[row]!);
  }

  #point(row: number): MessageReader {
    return new MessageReader(this.#body, this.froms[row]!, this.ends[row]!);
  }
}
