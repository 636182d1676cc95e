import type { JsonValue } from '@holdfast/core';
import { canonicalText } from '../canonical-text.ts';
import type { Model } from '../linearizability/model.ts';

export interface SetInput {
  readonly kind: 'add' | 'remove' | 'contains';
  readonly value: JsonValue;
}

/** Whether the value was there, for `contains`; whether it changed the set, for the others, or null if unsaid. */
export type SetOutput = boolean | null;

/**
 * A set that is asked about one value at a time; empty at first. Each value is checked apart. Where the whole set is
 * read at once, use the append-only list.
 */
export function setModel(): Model<boolean, SetInput, SetOutput> {
  return {
    name: 'set',
    init: () => false,
    step: (present, { kind }, output) => {
      const after = kind === 'contains' ? present : kind === 'add';
      const answer = kind === 'contains' ? present : present !== after;
      return output === undefined || output === null || output === answer ? after : undefined;
    },
    readOnly: ({ kind }, output) => kind === 'contains' || output === false,
    partition: ({ value }) => canonicalText(value),
    describe: ({ kind, value }, output) =>
      `${kind} ${canonicalText(value)}${output === undefined || output === null ? '' : ` -> ${output}`}`,
  };
}
