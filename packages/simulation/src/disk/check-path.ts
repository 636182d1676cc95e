import { invalidArgument } from '@holdfast/core';

/** @throws HoldfastError INVALID_ARGUMENT. */
export function checkPath(field: string, path: string): void {
  const names = path.split('/');
  if (names.every((name) => name !== '' && name !== '.' && name !== '..')) return;
  throw invalidArgument(field, path, "names between single slashes, none of them '.' or '..'");
}
