import type { MessageWriter } from '@holdfast/transport/protobuf';
import { writeDouble, writeInt64 } from './wire-values.ts';

/** How deep a value may lie within others: readers stop at a hundred messages, and a value is three. */
const depthMax = 24;

/** Attributes, or what else has named values: texts, numbers, booleans, bytes, lists of these, and objects of them. */
export type Members = Readonly<Record<string, unknown>>;

/** Members as repeated KeyValue fields with this tag. Those that are undefined are left out. */
export function writeKeyValues(writer: MessageWriter, tag: number, members: Members, depth = 0): void {
  for (const key in members) {
    const value = members[key];
    if (value === undefined || !Object.hasOwn(members, key)) continue;
    writer.varint(tag);
    const opened = writer.openLength(1);
    writer.varint(0x0a);
    writer.text(key);
    writer.varint(0x12);
    writeAnyValue(writer, value, depth);
    writer.closeLength(opened, 1);
  }
}

/** An AnyValue with its length. Of what lies too deep, and of what has no form in OTLP, it is empty. */
export function writeAnyValue(writer: MessageWriter, value: unknown, depth = 0): void {
  const opened = writer.openLength(1);
  if (typeof value === 'string') {
    writer.varint(0x0a);
    writer.text(value);
  } else if (typeof value === 'boolean') {
    writer.varint(0x10);
    writer.varint(value ? 1 : 0);
  } else if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) {
      writer.varint(0x18);
      writeInt64(writer, value);
    } else {
      writer.varint(0x21);
      writeDouble(writer, value);
    }
  } else if (typeof value === 'object' && value !== null && depth < depthMax) {
    writeComposed(writer, value, depth + 1);
  }
  writer.closeLength(opened, 1);
}

function writeComposed(writer: MessageWriter, value: object, depth: number): void {
  if (value instanceof Uint8Array) {
    writer.varint(0x3a);
    writer.lengthPrefixed(value);
    return;
  }
  writer.varint(Array.isArray(value) ? 0x2a : 0x32);
  const opened = writer.openLength(1);
  if (Array.isArray(value)) {
    for (const element of value) {
      writer.varint(0x0a);
      writeAnyValue(writer, element, depth);
    }
  } else writeKeyValues(writer, 0x0a, value as Members, depth);
  writer.closeLength(opened, 1);
}

/** An AnyValue in OTLP's JSON. */
export type AnyValueJson =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string }
  | { readonly doubleValue: number | string }
  | { readonly bytesValue: string }
  | { readonly arrayValue: { readonly values: readonly AnyValueJson[] } }
  | { readonly kvlistValue: { readonly values: readonly KeyValueJson[] } }
  | Readonly<Record<string, never>>;

export interface KeyValueJson {
  readonly key: string;
  readonly value: AnyValueJson;
}

export function keyValuesJson(members: Members, depth = 0): KeyValueJson[] {
  return Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key, value: anyValueJson(value, depth) }));
}

export function anyValueJson(value: unknown, depth = 0): AnyValueJson {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? { intValue: `${value}` } : { doubleValue: doubleJson(value) };
  }
  if (typeof value !== 'object' || value === null || depth >= depthMax) return {};
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) {
    return { arrayValue: { values: value.map((element) => anyValueJson(element, depth + 1)) } };
  }
  return { kvlistValue: { values: keyValuesJson(value as Members, depth + 1) } };
}

/** As JSON writes a double in protobuf's form. */
export function doubleJson(value: number): number | string {
  return Number.isFinite(value) ? value : `${value}`;
}
