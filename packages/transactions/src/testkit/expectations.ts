import { assert, isHoldfastError } from '@holdfast/core';

/** Compares by their form as JSON. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  assert(is === should, `${what}: ${is}, but it has to be ${should}`);
}

/** Rejects unless `attempt` fails with `code`. */
export async function failsWith(code: string, attempt: Promise<unknown>, what: string): Promise<void> {
  const outcome = await attempt.then(
    () => 'success',
    (error: unknown) => (isHoldfastError(error) ? error.code : String(error)),
  );
  equal(outcome, code, what);
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
