import { invalidArgument } from '@holdfast/core';

/** @throws HoldfastError INVALID_ARGUMENT when the store takes no value as large as that. */
export function checkValue(field: string, { length }: Uint8Array, bytesMax: number): void {
  if (length > bytesMax) throw invalidArgument(field, `${length} bytes`, `${bytesMax} bytes at most at once`);
}
