import type { HoldfastError } from './error.ts';
import { readField } from './thrown.ts';

/** What every HoldfastError carries on its prototype; the symbol is the same in every copy and realm. */
export const brand: unique symbol = Symbol.for('@holdfast/core/error');

/** Whether `value` is a {@link HoldfastError}, from whichever copy of this package or realm. Never throws. */
export function isHoldfastError(value: unknown): value is HoldfastError {
  return typeof value === 'object' && value !== null && readField(value, brand) === true;
}
