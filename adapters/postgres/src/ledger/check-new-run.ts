import { invalidArgument } from '@holdfast/core';
import type { NewRun } from '@holdfast/transactions';
import { checkText } from '../connection/check-text.ts';

const versionMax = 2 ** 31 - 1;
/** Of the records of one call: PostgreSQL takes a gigabyte in one statement, in which other calls have to fit as well. */
const bytesMax = 64 * 1_048_576;

/** @throws HoldfastError INVALID_ARGUMENT. */
export function checkNewRun({ id, type, version, records }: NewRun): void {
  checkText('id', id);
  checkText('type', type);
  if (!(Number.isInteger(version) && version >= 0 && version <= versionMax)) {
    throw invalidArgument('version', version, `a whole number from 0 to ${versionMax}`);
  }
  checkRecords(records);
}

/** @throws HoldfastError INVALID_ARGUMENT. */
export function checkRecords(records: readonly Uint8Array[]): void {
  let bytes = 0;
  for (const { length } of records) bytes += length;
  if (bytes > bytesMax) throw invalidArgument('records', `${bytes} bytes`, `at most ${bytesMax} bytes`);
}
