import type { Model } from '../linearizability/model.ts';

export type CounterInput =
  | { readonly kind: 'read' }
  /** Adds `amount`, which may be negative. */
  | { readonly kind: 'add'; readonly amount: number };

/** A read answers the total. An addition answers the total after it, or null where it does not say. */
export type CounterOutput = number | null;

/** A number that is added to and read. It is `initial` (default 0) at first. */
export function counterModel(initial = 0): Model<number, CounterInput, CounterOutput> {
  return {
    name: 'counter',
    init: () => initial,
    step: (total, input, output) => {
      const after = input.kind === 'add' ? total + input.amount : total;
      return output === undefined || output === null || output === after ? after : undefined;
    },
    key: (total) => total,
    readOnly: (input) => input.kind === 'read',
    describe: (input, output) => {
      const answer = output === undefined || output === null ? '' : ` -> ${output}`;
      return input.kind === 'add' ? `add ${input.amount}${answer}` : `read${answer}`;
    },
  };
}
