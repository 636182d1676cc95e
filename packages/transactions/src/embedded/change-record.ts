import { invalidArgument } from '@holdfast/core';
import { transactionErrors } from '../errors.ts';
import type { RowChange } from './embedded-transaction.ts';

/**
 * The changes of a transaction as a record of a journal, and a piece of a snapshot: the byte 1 for this format, then an
 * array of changes as JSON in UTF-8.
 */
const format = 1;

/** @throws HoldfastError INVALID_ARGUMENT when a value is no JSON. */
export function writeChanges(changes: readonly RowChange[]): Uint8Array {
  const json = new TextEncoder().encode(toJson(changes));
  const record = new Uint8Array(1 + json.length);
  record[0] = format;
  record.set(json, 1);
  return record;
}

/** @throws HoldfastError DATABASE_FAILED when it is not of this format. */
export function readChanges(record: Uint8Array): readonly RowChange[] {
  if (record[0] !== format) {
    throw transactionErrors.create('DATABASE_FAILED', {
      message: `a record is of format ${record[0]}, but this database's are of ${format}: it is another one's journal, or of a later release`,
    });
  }
  return JSON.parse(new TextDecoder().decode(record.subarray(1))) as readonly RowChange[];
}

function toJson(changes: readonly RowChange[]): string {
  try {
    return JSON.stringify(changes);
  } catch {
    throw invalidArgument('value', changes, 'JSON, with no cycles');
  }
}
