import { invalidArgument, type JsonValue } from '@holdfast/core';

/**
 * `value`, if it can be recorded: JSON, or undefined.
 *
 * @throws HoldfastError INVALID_ARGUMENT naming `field`.
 */
export function asJson(value: unknown, field: string): JsonValue | undefined {
  if (value === undefined) return undefined;
  try {
    if (JSON.stringify(value) !== undefined) return value as JsonValue;
  } catch {
    // Such as a BigInt, or an object that holds itself.
  }
  throw invalidArgument(field, value, 'what JSON can hold');
}
