import { type HoldfastError, invalidArgument } from '@holdfast/core';
import { storageErrors } from './errors.ts';

const idPattern: RegExp = /^[A-Za-z0-9._-]{1,200}$/;

/** @throws HoldfastError INVALID_ARGUMENT. */
export function checkSnapshotId(id: string): void {
  if (!idPattern.test(id)) {
    throw invalidArgument('id', id, "1 to 200 letters, digits, '-', '_' and '.'");
  }
}

export function snapshotExists(id: string, what: string): HoldfastError<'SNAPSHOT_EXISTS'> {
  return storageErrors.create('SNAPSHOT_EXISTS', { message: `snapshot ${id} ${what}`, context: { id } });
}

export function snapshotNotFound(id: string): HoldfastError<'SNAPSHOT_NOT_FOUND'> {
  return storageErrors.create('SNAPSHOT_NOT_FOUND', {
    message: `there is no snapshot ${id} that is complete`,
    context: { id },
  });
}

export function snapshotDamaged(id: string, offset: number): HoldfastError<'SNAPSHOT_DAMAGED'> {
  return storageErrors.create('SNAPSHOT_DAMAGED', {
    message: `snapshot ${id} is not what was written, from byte ${offset} on: do not use it`,
    context: { id, offset },
  });
}
