import type { Operation } from '../history/operation.ts';

/** One step of a transaction over lists that only grow. A value is appended to a key at most once in a history. */
export type TransactionStep =
  | { readonly kind: 'append'; readonly key: string; readonly value: ListValue }
  | { readonly kind: 'read'; readonly key: string };

export type ListValue = string | number;

/** What a client asks for: all steps or none. */
export type Transaction = readonly TransactionStep[];

/** What it is told, step by step: the list that was read, and null for an append. */
export type TransactionAnswer = readonly (readonly ListValue[] | null)[];

export type TransactionOperation = Operation<Transaction, TransactionAnswer>;

/** A read and what it saw. */
export interface Reading {
  readonly reader: TransactionOperation;
  readonly step: number;
  readonly key: string;
  readonly list: readonly ListValue[];
}

/** All reads whose answers are known, in the order of the calls. */
export function readings(operations: readonly TransactionOperation[]): Reading[] {
  const all: Reading[] = [];
  for (const reader of operations) {
    if (reader.outcome !== 'ok' || reader.output === undefined) continue;
    reader.input.forEach(({ kind, key }, step) => {
      const list = reader.output![step];
      if (kind === 'read' && list) all.push({ reader, step, key, list });
    });
  }
  return all;
}

/** Who appended which value to which key, whatever became of it. */
export class Appends {
  readonly #writers = new Map<string, Map<ListValue, TransactionOperation>>();
  /** Appends of a value that had been appended to the key before: nothing can be told from such a history. */
  readonly repeated: { readonly key: string; readonly value: ListValue }[] = [];

  constructor(operations: readonly TransactionOperation[]) {
    for (const writer of operations) {
      for (const step of writer.input) {
        if (step.kind !== 'append') continue;
        const { key, value } = step;
        const ofKey = this.#writers.get(key) ?? new Map<ListValue, TransactionOperation>();
        if (ofKey.has(value)) this.repeated.push({ key, value });
        ofKey.set(value, writer);
        this.#writers.set(key, ofKey);
      }
    }
  }

  writer(key: string, value: ListValue): TransactionOperation | undefined {
    return this.#writers.get(key)?.get(value);
  }

  /** Every value appended to a key with its writer, in the order of the calls. */
  of(key: string): ReadonlyMap<ListValue, TransactionOperation> {
    return this.#writers.get(key) ?? new Map();
  }

  get keys(): Iterable<string> {
    return this.#writers.keys();
  }
}
