import type { JsonValue } from '@holdfast/core';
import { canonicalText, sameValue } from '../canonical-text.ts';
import type { Model } from '../linearizability/model.ts';

export type RegisterInput =
  | { readonly kind: 'read' }
  | { readonly kind: 'write'; readonly value: JsonValue }
  /** Writes `value` if the register holds `expected`. */
  | { readonly kind: 'cas'; readonly expected: JsonValue; readonly value: JsonValue };

/** A read answers the value, a compare-and-swap whether it wrote; what a write answers does not matter. */
export type RegisterOutput = JsonValue;

/** One value that is read, written, and compared and swapped. It holds `initial` (default null) at first. */
export function registerModel(initial: JsonValue = null): Model<JsonValue, RegisterInput, RegisterOutput> {
  return {
    name: 'register',
    init: () => initial,
    step: stepRegister,
    readOnly: readsRegister,
    describe: describeRegister,
  };
}

export function stepRegister(
  value: JsonValue,
  input: RegisterInput,
  output: RegisterOutput | undefined,
): JsonValue | undefined {
  switch (input.kind) {
    case 'read':
      return output === undefined || sameValue(value, output) ? value : undefined;
    case 'write':
      return input.value;
    case 'cas': {
      const swaps = sameValue(value, input.expected);
      if (output !== undefined && output !== swaps) return undefined;
      return swaps ? input.value : value;
    }
  }
}

export function readsRegister(input: RegisterInput, output: RegisterOutput | undefined): boolean {
  return input.kind === 'read' || (input.kind === 'cas' && output === false);
}

export function describeRegister(input: RegisterInput, output: RegisterOutput | undefined): string {
  const answer = output === undefined ? '' : ` -> ${canonicalText(output)}`;
  switch (input.kind) {
    case 'read':
      return `read${answer}`;
    case 'write':
      return `write ${canonicalText(input.value)}`;
    case 'cas':
      return `cas ${canonicalText(input.expected)} to ${canonicalText(input.value)}${answer}`;
  }
}
