import { invalidArgument } from '@holdfast/core';

/** @throws HoldfastError INVALID_ARGUMENT. */
export function checkCount(field: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 0))
    throw invalidArgument(field, value, 'a whole number from 0');
}
