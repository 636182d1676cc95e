import type { MessageReader } from '@holdfast/transport/protobuf';
import { checkKeyValue, keyValueJson } from './any-value.ts';
import { elementsJson, forEachWithin } from './fields.ts';
import { jsonTextOf } from './text-of.ts';
import { uint64Text } from './wire-numbers.ts';

/** Checks the form of an event of a span that the reader stands within. Returns how many values it holds, itself included. */
export function checkEvent(reader: MessageReader): number {
  return checkWithAttributes(reader, 0x1a);
}

/** The same for a link. */
export function checkLink(reader: MessageReader): number {
  return checkWithAttributes(reader, 0x22);
}

export function eventJson(reader: MessageReader, body: Buffer): string {
  const from = reader.position;
  let at = '0';
  let name = '""';
  while (reader.position < reader.end) {
    const tag = reader.varint32();
    if (tag === 0x09) at = uint64Text(reader.fixed32(), reader.fixed32());
    else if (tag === 0x12) name = jsonTextOf(body, reader.pass(), reader.position);
    else reader.skip(tag);
  }
  reader.position = from;
  return `{"at":"${at}","name":${name},"attributes":{${elementsJson(reader, body, 0x1a, keyValueJson)}}}`;
}

/** Empty for a link whose ids are not valid. */
export function linkJson(reader: MessageReader, body: Buffer): string {
  let traceId = '';
  let spanId = '';
  while (reader.position < reader.end) {
    const tag = reader.varint32();
    if (tag === 0x0a) traceId = body.toString('hex', reader.pass(), reader.position);
    else if (tag === 0x12) spanId = body.toString('hex', reader.pass(), reader.position);
    else reader.skip(tag);
  }
  if (traceId.length !== 32 || spanId.length !== 16) return '';
  return `{"traceId":"${traceId}","spanId":"${spanId}"}`;
}

function checkWithAttributes(reader: MessageReader, attributesTag: number): number {
  let values = 1;
  forEachWithin(reader, attributesTag, () => {
    values += checkKeyValue(reader);
  });
  return values;
}
