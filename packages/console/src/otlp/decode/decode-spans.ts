import type { SpanBatch } from '../span-batch.ts';
import { checkKeyValue } from './any-value.ts';
import { itemPath } from './count-items.ts';
import { type Decoded, type DecodeLimits, decodeLimits } from './decode-limits.ts';
import { DecodedSpans } from './decoded-spans.ts';
import { type ItemOrigin, OtlpRequest } from './otlp-request.ts';
import { peerOf } from './peer.ts';
import { checkEvent, checkLink } from './span-form.ts';

/**
 * Decodes an `ExportTraceServiceRequest` of OTLP. The batch keeps `body`, which nobody may write to any more. Spans that
 * have no valid ids or no start are left out and counted; one that ends before it starts has no duration.
 *
 * @throws HoldfastError MALFORMED_MESSAGE when it is no such request; TELEMETRY_TOO_LARGE.
 */
export function decodeSpans(body: Buffer, limits: DecodeLimits = decodeLimits): Decoded<SpanBatch> {
  const request = new OtlpRequest(body, itemPath, limits);
  const spans = new DecodedSpans(request);
  request.forEachItem((origin) => readSpan(request, spans, origin));
  return request.decoded<SpanBatch>(spans);
}

const kindMax = 5;
const statusMax = 2;
const clientKind = 3;
const producerKind = 4;
/** The upper half of the largest 64-bit integer with a sign: in nanoseconds, 292 years. */
const highMax = 0x7fffffff;

function readSpan(request: OtlpRequest, spans: DecodedSpans, origin: Readonly<ItemOrigin>): void {
  const { body, reader, texts, valuesMax } = request;
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
  let withEvents = 0;
  let withLinks = 0;
  let values = 0;
  // One that holds too much is not read to its end.
  while (reader.position < reader.end && values <= valuesMax) {
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
        name = request.readText();
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
        values += request.check(checkKeyValue);
        break;
      case 0x5a: // events
        values += request.check(checkEvent);
        withEvents = 1;
        break;
      case 0x6a: // links
        values += request.check(checkLink);
        withLinks = 1;
        break;
      case 0x7a: {
        const outer = reader.enter();
        while (reader.position < reader.end) {
          const statusTag = reader.varint32();
          if (statusTag === 0x12) statusMessage = request.readText();
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
  const row = spans.length;
  if (traceIdAt === -1 || !spans.traceIdColumn.set(row, body, traceIdAt)) {
    request.reject('a span has no trace_id of 16 bytes that are not all zero');
  } else if (spanIdAt === -1 || !spans.spanIdColumn.set(row, body, spanIdAt)) {
    request.reject('a span has no span_id of 8 bytes that are not all zero');
  } else if (parentIdLength !== 0 && parentIdLength !== 8) {
    request.reject('a parent_span_id is neither empty nor of 8 bytes');
  } else if ((startLow === 0 && startHigh === 0) || startHigh > highMax) {
    request.reject('a span has no start_time_unix_nano, or one after the year 2262');
  } else if (values > valuesMax) {
    request.reject(`a span has more than ${valuesMax} attributes, events and links`);
  } else {
    if (parentIdLength === 8) spans.parentIdColumn.set(row, body, parentIdAt);
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
    spans.withEvents[row] = withEvents;
    spans.withLinks[row] = withLinks;
    spans.froms[row] = from;
    spans.ends[row] = reader.end;
    spans.length = row + 1;
    if (kind === clientKind || kind === producerKind) {
      reader.position = from;
      const peer = peerOf(reader, body);
      spans.peers[row] = texts.indexOf(peer.name);
      spans.peerKinds[row] = peer.kind;
    }
  }
}
