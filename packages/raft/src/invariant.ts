import { assert } from '@holdfast/core';

/**
 * Stops a member whose state contradicts the protocol, with the numbers in `message`. Callers test first and only then
 * build the message, since most invariants are looked at for every message.
 *
 * @throws HoldfastError ASSERTION_FAILED
 */
export function violated(message: string): never {
  assert(false, message);
}
