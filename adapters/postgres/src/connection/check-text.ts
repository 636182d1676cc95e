import { invalidArgument } from '@holdfast/core';

/** Of an id, a type or a key. An announcement has room for one. */
const charactersMax = 1_000;

/** PostgreSQL keeps no text with a NUL or half a character in it. @throws HoldfastError INVALID_ARGUMENT. */
export function checkText(field: string, text: string): void {
  const whole = Buffer.from(text).toString() === text && !text.includes('\0');
  if (text.length === 0 || text.length > charactersMax || !whole) {
    const expected = `1 to ${charactersMax} characters, no NUL and no half of a pair among them`;
    throw invalidArgument(field, text, expected);
  }
}
