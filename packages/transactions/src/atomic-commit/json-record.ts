import type { JsonValue } from '@holdfast/core';
import { transactionErrors } from '../errors.ts';

/** A record of a protocol: the format's version (1 byte), a kind (1 byte), and a JSON text that may be empty. */
export interface JsonRecord {
  readonly kind: number;
  readonly payload: JsonValue | undefined;
}

const format = 1;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeRecord(kind: number, payload: unknown): Uint8Array {
  const text = payload === undefined ? undefined : encoder.encode(JSON.stringify(payload));
  const record = new Uint8Array(2 + (text?.length ?? 0));
  record[0] = format;
  record[1] = kind;
  if (text !== undefined) record.set(text, 2);
  return record;
}

/** @throws HoldfastError COMMIT_RECORD_INVALID. */
export function decodeRecord(record: Uint8Array): JsonRecord {
  if (record.length < 2 || record[0] !== format) throw invalidRecord('is of no known format');
  const payload =
    record.length === 2 ? undefined : (JSON.parse(decoder.decode(record.subarray(2))) as JsonValue);
  return { kind: record[1]!, payload };
}

export function invalidRecord(what: string): Error {
  return transactionErrors.create('COMMIT_RECORD_INVALID', {
    message: `A record of a transaction ${what}: was it written by a later release?`,
  });
}
