import type { JsonValue } from '@holdfast/core';
import { canonicalText, sameValue } from '../canonical-text.ts';
import type { Model } from '../linearizability/model.ts';

export type AppendListInput =
  | { readonly kind: 'read'; readonly key: string }
  | { readonly kind: 'append'; readonly key: string; readonly value: JsonValue };

/** A read answers all values in order; what an append answers does not matter. */
export type AppendListOutput = readonly JsonValue[] | null;

/**
 * Lists that only grow, all empty at first, each checked apart. Reads show the whole past, so no other object tells
 * as much about where an order broke; each step costs time in proportion to the list.
 */
export function appendListModel(): Model<readonly JsonValue[], AppendListInput, AppendListOutput> {
  return {
    name: 'append-only list',
    init: () => [],
    step: (list, input, output) => {
      if (input.kind === 'append') return [...list, input.value];
      return output === undefined || output === null || isSameList(list, output) ? list : undefined;
    },
    readOnly: ({ kind }) => kind === 'read',
    insight: (known) => {
      const seen = new Set<string>();
      for (const { output } of known) for (const value of output ?? []) seen.add(canonicalText(value));
      return {
        // Other values come after all reads, or never.
        helps: (input) => input.kind === 'append' && seen.has(canonicalText(input.value)),
        outOfReach: (list, { kind }, output) =>
          kind === 'read' && output !== null && !(list.length <= output.length && isSameStart(list, output)),
      };
    },
    partition: ({ key }) => key,
    describe: (input, output) =>
      input.kind === 'append'
        ? `${input.key}: append ${canonicalText(input.value)}`
        : `${input.key}: read${output === undefined || output === null ? '' : ` -> ${canonicalText(output)}`}`,
  };
}

function isSameList(a: readonly JsonValue[], b: readonly JsonValue[]): boolean {
  return a.length === b.length && isSameStart(a, b);
}

/** Whether the first elements of `b` are those of `a`. */
function isSameStart(a: readonly JsonValue[], b: readonly JsonValue[]): boolean {
  // From the end: lists that differ mostly differ there.
  for (let index = a.length - 1; index >= 0; index--) if (!sameValue(a[index], b[index])) return false;
  return true;
}
