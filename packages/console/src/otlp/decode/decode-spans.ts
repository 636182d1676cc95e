import { MessageReader } from '@holdfast/transport/protobuf';
import type { SpanBatch } from '../span-batch.ts';
import { checkKeyValue } from './any-value.ts';
import { countItems, itemPath } from './count-items.ts';
import { type Decoded, type DecodeLimits, decodeLimits } from './decode-limits.ts';
import { DecodedSpans } from './decoded-spans.ts';
import { forEachItem, type ItemOrigin } from './items.ts';
import { peerOf } from './peer.ts';
import { Rejections } from './rejections.ts';
import { ResourceTable } from './resource-table.ts';
import { checkEvent, checkLink } from './span-form.ts';
import { textOf } from './text-of.ts';
import { TextTable } from './text-table.ts';

/**
 * Decodes an `ExportTraceServiceRequest` of OTLP. The batch keeps `body`, which nobody may write to any more. Spans that
 * have no valid ids or no start are left out and counted; one that ends before it starts has no duration.
 *
 * @throws HoldfastError MALFORMED_MESSAGE when it is no such request; TELEMETRY_TOO_LARGE.
 */
export function decodeSpans(body: Buffer, limits: DecodeLimits = decodeLimits): Decoded<SpanBatch> {
  return new SpanDecoder(body, limits).decode();
}

const kindMax = 5;
const statusMax = 2;
const clientKind = 3;
const producerKind = 4;
/** The upper half of the largest 64-bit integer with a sign: in nanoseconds, 292 years. */
const highMax = 0x7fffffff;

class SpanDecoder {
  readonly #body: Buffer;
  readonly #reader: MessageReader;
  readonly #valuesMax: number;
  readonly #texts = new TextTable();
  readonly #resources: ResourceTable;
  readonly #spans: DecodedSpans;
  readonly #rejections = new Rejections();

  constructor(body: Buffer, { itemsMax, valuesMax }: DecodeLimits) {
    const rows = countItems(body, itemPath, itemsMax);
    this.#body = body;
    this.#reader = new MessageReader(body);
    this.#valuesMax = valuesMax;
    this.#resources = new ResourceTable(body, valuesMax);
    this.#spans = new DecodedSpans(body, rows, this.#texts.texts, this.#resources.entries);
  }

  decode(): Decoded<SpanBatch> {
    forEachItem(this.#reader, this.#body, this.#resources, this.#texts, (origin) => this.#readSpan(origin));
    return { batch: this.#spans, rejected: this.#rejections.count, reason: this.#rejections.reason };
  }

  #readSpan(origin: Readonly<ItemOrigin>): void {
    const reader = this.#reader;
    const from = reader.position;
    let traceIdAt = -1;
    let spanIdAt = -1;
    let parentIdAt = -1;
    let parentIdLength = 0;
    let name = 0;
    let kind = 0;
    let startLow = 0;
    let startHigh = 0;
    let endLow = 0;
    let endHigh = 0;
    let status = 0;
    let statusMessage = 0;
    let values = 0;
    // One that holds too much is not read to its end.
    while (reader.position < reader.end && values <= this.#valuesMax) {
      const tag = reader.varint32();
      switch (tag) {
        case 0x0a: // trace_id
          traceIdAt = reader.pass();
          if (reader.position - traceIdAt !== 16) traceIdAt = -1;
          break;
        case 0x12: // span_id
          spanIdAt = reader.pass();
          if (reader.position - spanIdAt !== 8) spanIdAt = -1;
          break;
        case 0x22: // parent_span_id
          parentIdAt = reader.pass();
          parentIdLength = reader.position - parentIdAt;
          break;
        case 0x2a: // name
          name = this.#readText();
          break;
        case 0x30: // kind
          kind = reader.varint32();
          break;
        case 0x39: // start_time_unix_nano
          startLow = reader.fixed32();
          startHigh = reader.fixed32();
          break;
        case 0x41: // end_time_unix_nano
          endLow = reader.fixed32();
          endHigh = reader.fixed32();
          break;
        case 0x4a: // attributes
          values += this.#check(checkKeyValue);
          break;
        case 0x5a: // events
          values += this.#check(checkEvent);
          break;
        case 0x6a: // links
          values += this.#check(checkLink);
          break;
        case 0x7a: {
          const outer = reader.enter();
          while (reader.position < reader.end) {
            const statusTag = reader.varint32();
            if (statusTag === 0x12) statusMessage = this.#readText();
            else if (statusTag === 0x18) status = reader.varint32();
            else reader.skip(statusTag);
          }
          reader.leave(outer);
          break;
        }
        default:
          reader.skip(tag);
      }
    }
    reader.position = reader.end;
    const spans = this.#spans;
    const row = spans.length;
    if (traceIdAt === -1 || !spans.traceIdColumn.set(row, this.#body, traceIdAt)) {
      this.#rejections.add('a span has no trace_id of 16 bytes that are not all zero');
    } else if (spanIdAt === -1 || !spans.spanIdColumn.set(row, this.#body, spanIdAt)) {
      this.#rejections.add('a span has no span_id of 8 bytes that are not all zero');
    } else if (parentIdLength !== 0 && parentIdLength !== 8) {
      this.#rejections.add('a parent_span_id is neither empty nor of 8 bytes');
    } else if ((startLow === 0 && startHigh === 0) || startHigh > highMax) {
      this.#rejections.add('a span has no start_time_unix_nano, or one after the year 2262');
    } else if (values > this.#valuesMax) {
      this.#rejections.add(`a span has more than ${this.#valuesMax} attributes, events and links`);
    } else {
      if (parentIdLength === 8) spans.parentIdColumn.set(row, this.#body, parentIdAt);
      spans.startColumn.set(row, startLow, startHigh);
      if (endHigh > startHigh || (endHigh === startHigh && endLow > startLow)) {
        const high = endHigh - startHigh - (endLow < startLow ? 1 : 0);
        spans.durationColumn.set(row, endLow - startLow, Math.min(high, highMax));
      }
      spans.kinds[row] = kind > kindMax ? 0 : kind;
      spans.statuses[row] = status > statusMax ? 0 : status;
      spans.names[row] = name;
      spans.statusMessages[row] = statusMessage;
      spans.resourceOf[row] = origin.resource;
      spans.scopes[row] = origin.scope;
      spans.froms[row] = from;
      spans.ends[row] = reader.end;
      spans.length = row + 1;
      if (kind === clientKind || kind === producerKind) {
        reader.position = from;
        const peer = peerOf(reader, this.#body);
        spans.peers[row] = this.#texts.indexOf(peer.name);
        spans.peerKinds[row] = peer.kind;
      }
    }
  }

  #readText(): number {
    return this.#texts.indexOf(textOf(this.#body, this.#reader.pass(), this.#reader.position));
  }

  #check(check: (reader: MessageReader) => number): number {
    const outer = this.#reader.enter();
    const values = check(this.#reader);
    this.#reader.leave(outer);
    return values;
  }
}
