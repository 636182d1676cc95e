import type { MessageReader } from '@holdfast/transport/protobuf';
import { ByteCache } from './byte-cache.ts';
import { elementsJson } from './fields.ts';
import { jsonTextOf, textOf } from './text-of.ts';
import { doubleAt, int64Json } from './wire-numbers.ts';

/**
 * Walks over a KeyValue that the reader stands within, and checks its form. Returns how many values it holds: one, and
 * those of its lists.
 *
 * @throws HoldfastError MALFORMED_MESSAGE, also for lists nested deeper than protobuf allows.
 */
export function checkKeyValue(reader: MessageReader): number {
  let values = 1;
  while (reader.position < reader.end) {
    const tag = reader.varint32();
    if (tag !== 0x12) {
      reader.skip(tag);
      continue;
    }
    const outer = reader.enter();
    values += checkAnyValue(reader);
    reader.leave(outer);
  }
  return values;
}

/** The same for an AnyValue; returns how many values lie within it. */
export function checkAnyValue(reader: MessageReader): number {
  let values = 0;
  while (reader.position < reader.end) {
    const tag = reader.varint32();
    if (tag !== 0x2a && tag !== 0x32) {
      reader.skip(tag);
      continue;
    }
    const list = reader.enter();
    while (reader.position < reader.end) {
      const elementTag = reader.varint32();
      if (elementTag !== 0x0a) {
        reader.skip(elementTag);
        continue;
      }
      const element = reader.enter();
      values += tag === 0x2a ? 1 + checkAnyValue(reader) : checkKeyValue(reader);
      reader.leave(element);
    }
    reader.leave(list);
  }
  return values;
}

const members = new ByteCache();

/** A KeyValue that the reader stands within, as a member of a JSON object: `"key":value`. */
export function keyValueJson(reader: MessageReader, body: Buffer): string {
  const from = reader.position;
  const known = members.find(body, from, reader.end);
  if (known !== undefined) {
    reader.position = reader.end;
    return known;
  }
  const member = readKeyValue(reader, body);
  // What lies within may have been looked for meanwhile.
  members.find(body, from, reader.end);
  members.keep(body, from, reader.end, member);
  return member;
}

function readKeyValue(reader: MessageReader, body: Buffer): string {
  let key = '""';
  let value = 'null';
  while (reader.position < reader.end) {
    const tag = reader.varint32();
    if (tag === 0x0a) key = jsonTextOf(body, reader.pass(), reader.position);
    else if (tag === 0x12) {
      const outer = reader.enter();
      value = anyValueJson(reader, body);
      reader.leave(outer);
    } else reader.skip(tag);
  }
  return `${key}:${value}`;
}

/** An AnyValue that the reader stands within, as JSON. Integers that a number does not hold are texts, as are bytes, in base64. */
function anyValueJson(reader: MessageReader, body: Buffer): string {
  let json = 'null';
  while (reader.position < reader.end) {
    const tag = reader.varint32();
    switch (tag) {
      case 0x0a: // string_value
        json = jsonTextOf(body, reader.pass(), reader.position);
        break;
      case 0x10: // bool_value
        json = (reader.varint64() | reader.high) !== 0 ? 'true' : 'false';
        break;
      case 0x18: // int_value
        json = int64Json(reader.varint64(), reader.high);
        break;
      case 0x21: // double_value
        reader.skip(tag);
        json = doubleJson(doubleAt(body, reader.position - 8));
        break;
      case 0x2a: // array_value
        json = `[${listJson(reader, body, anyValueJson)}]`;
        break;
      case 0x32: // kvlist_value
        json = `{${listJson(reader, body, keyValueJson)}}`;
        break;
      case 0x3a: // bytes_value
        json = `"${body.toString('base64', reader.pass(), reader.position)}"`;
        break;
      default:
        reader.skip(tag);
    }
  }
  return json;
}

/** An AnyValue as a text: a string as it is, anything else as JSON, nothing for none. */
export function anyValueText(reader: MessageReader, body: Buffer): string {
  const from = reader.position;
  let isString = false;
  let text = '';
  while (reader.position < reader.end) {
    const tag = reader.varint32();
    isString = tag === 0x0a;
    if (isString) text = textOf(body, reader.pass(), reader.position);
    else reader.skip(tag);
  }
  if (isString || from === reader.end) return text;
  reader.position = from;
  return anyValueJson(reader, body);
}

/** The elements of a list (ArrayValue, KeyValueList) at whose length the reader stands. */
function listJson(
  reader: MessageReader,
  body: Buffer,
  json: (reader: MessageReader, body: Buffer) => string,
): string {
  const outer = reader.enter();
  const elements = elementsJson(reader, body, 0x0a, json);
  reader.leave(outer);
  return elements;
}

function doubleJson(value: number): string {
  return Number.isFinite(value) ? `${value}` : `"${value}"`;
}
