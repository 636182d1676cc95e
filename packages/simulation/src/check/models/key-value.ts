import type { JsonValue } from '@holdfast/core';
import type { Model } from '../linearizability/model.ts';
import {
  accessRegister,
  describeRegister,
  helpsRegister,
  type RegisterInput,
  readsRegister,
  stepRegister,
} from './register.ts';

export type KeyValueInput =
  | { readonly kind: 'get'; readonly key: string }
  | { readonly kind: 'put'; readonly key: string; readonly value: JsonValue }
  | { readonly kind: 'delete'; readonly key: string }
  /** Puts `value` if the key has the value `expected`; null stands for a key that is not there. */
  | {
      readonly kind: 'cas';
      readonly key: string;
      readonly expected: JsonValue;
      readonly value: JsonValue;
    };

/** A get answers the value or null, a compare-and-swap whether it put; what the others answer does not matter. */
export type KeyValueOutput = JsonValue;

/** A store of keys, all absent at first. Each key is checked apart, as a register that holds null while absent. */
export function keyValueModel(): Model<JsonValue, KeyValueInput, KeyValueOutput> {
  return {
    name: 'key-value store',
    init: () => null,
    step: (value, input, output) => stepRegister(value, onRegister(input), output),
    readOnly: (input, output) => readsRegister(onRegister(input), output),
    insight: (known, unknown) => ({ helps: helpsRegister(known, unknown, onRegister) }),
    access: (input, output) => accessRegister(onRegister(input), output),
    partition: ({ key }) => key,
    describe: (input, output) => `${input.key}: ${describeRegister(onRegister(input), output)}`,
  };
}

const read: RegisterInput = { kind: 'read' };
const clear: RegisterInput = { kind: 'write', value: null };

/** What it does to the register that is its key. */
function onRegister(input: KeyValueInput): RegisterInput {
  switch (input.kind) {
    case 'get':
      return read;
    case 'delete':
      return clear;
    case 'put':
      return { kind: 'write', value: input.value };
    case 'cas':
      return { kind: 'cas', expected: input.expected, value: input.value };
  }
}
