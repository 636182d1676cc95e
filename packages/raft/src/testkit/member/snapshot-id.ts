import { crc32c } from '@holdfast/core';

/** The id of a snapshot says what its data must be. */
export function snapshotIdOf(index: number, data: Uint8Array): string {
  return `${index}-${crc32c(data).toString(16)}`;
}

/** Whether `data` is what the snapshot of this id was made of. */
export function isDataOf(id: string, data: Uint8Array): boolean {
  return id.slice(id.indexOf('-') + 1) === crc32c(data).toString(16);
}
