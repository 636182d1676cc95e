import { MessageReader } from '@holdfast/transport/protobuf';
import type { ResourceEntry } from '../received-batch.ts';
import type { OtlpRequest } from './otlp-request.ts';

/** Rows of a request whose columns a decoder fills: whose each row is, and where in the request it stands. */
export abstract class DecodedRows {
  length = 0;
  readonly bytes: number;
  readonly resourceOf: Uint32Array;
  readonly scopes: Uint32Array;
  readonly texts: readonly string[];
  readonly resources: readonly ResourceEntry[];
  readonly froms: Uint32Array;
  readonly ends: Uint32Array;
  protected readonly request: Buffer;

  /** @param rowBytes - of all columns together. */
  protected constructor({ body, items, texts, resources }: OtlpRequest, rowBytes: number) {
    this.bytes = body.length + items * rowBytes;
    this.resourceOf = new Uint32Array(items);
    this.scopes = new Uint32Array(items);
    this.texts = texts.texts;
    this.resources = resources.entries;
    this.froms = new Uint32Array(items);
    this.ends = new Uint32Array(items);
    this.request = body;
  }

  /** Reads what a row was decoded from. */
  protected message(row: number): MessageReader {
    return new MessageReader(this.request, this.froms[row]!, this.ends[row]!);
  }
}
