import { invalidArgument } from '@holdfast/core';

// The checks at the door: each names the field and says what would work.

/** A whole number from `min` to `max`. */
export function wholeNumber(
  value: number,
  field: string,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw invalidArgument(field, value, `a whole number ${range}`);
}

/** A number from `min` to `max`, both included. */
export function numberBetween(value: number, field: string, min: number, max: number): number {
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw invalidArgument(field, value, `a number from ${min} to ${max}`);
}

/** One of `choices`. */
export function oneOf<T extends string>(value: T, field: string, choices: readonly T[]): T {
  if (choices.includes(value)) return value;
  throw invalidArgument(field, value, `one of ${choices.map((choice) => `'${choice}'`).join(', ')}`);
}
