import type { JsonValue } from '@holdfast/core';
import { canonicalText, sameValue } from '../canonical-text.ts';
import type { Operation } from '../history/operation.ts';
import type { Model } from '../linearizability/model.ts';
import type { RegisterAccess } from '../linearizability/register-zones.ts';

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
    insight: (known, unknown) => ({ helps: helpsRegister(known, unknown, (input) => input) }),
    access: accessRegister,
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

export function accessRegister(input: RegisterInput, output: RegisterOutput | undefined): RegisterAccess {
  switch (input.kind) {
    case 'read':
      return output === undefined ? { exact: true } : { reads: canonicalText(output), exact: true };
    case 'write':
      return { writes: canonicalText(input.value), exact: true };
    case 'cas': {
      if (output === false) return { exact: false };
      const writes = canonicalText(input.value);
      return output === true
        ? { reads: canonicalText(input.expected), writes, exact: false }
        : { writes, exact: false };
    }
  }
}

/** Which writes with an unknown outcome somebody may have seen. `onRegister` says what an operation does to it. */
export function helpsRegister<Input>(
  known: readonly Operation<Input, RegisterOutput>[],
  unknown: readonly Operation<Input, RegisterOutput>[],
  onRegister: (input: Input) => RegisterInput,
): (input: Input) => boolean {
  const seen = new Set<string>();
  for (const operation of known) {
    const { output } = operation;
    const input = onRegister(operation.input);
    if (input.kind === 'write') continue;
    // Whoever knows not what was read, or was told that it was something else, may have seen any of them.
    if (output === undefined || (input.kind === 'cas' && output === false)) return () => true;
    seen.add(canonicalText(input.kind === 'cas' ? input.expected : output));
  }
  // An unknown compare-and-swap may have found it, and somebody have seen what that one wrote.
  for (const operation of unknown) {
    const input = onRegister(operation.input);
    if (input.kind === 'cas') seen.add(canonicalText(input.expected));
  }
  return (operation) => {
    const input = onRegister(operation);
    return input.kind !== 'read' && (input.kind === 'cas' || seen.has(canonicalText(input.value)));
  };
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
