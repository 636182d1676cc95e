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
    partition: ({ key }) => key,
    describe: (input, output) =>
      input.kind === 'append'
        ? `${input.key}: append ${canonicalText(input.value)}`
        : `${input.key}: read${output === undefined || output === null ? '' : ` -> ${canonicalText(output)}`}`,
  };
}

function isSameList(a: readonly JsonValue[], b: readonly JsonValue[]): boolean {
  if (a.length !== b.length) return false;
  // From the end: lists that differ mostly differ there.
  for (let index = a.length - 1; index >= 0; index--) if (!sameValue(a[index], b[index])) return false;
  return true;
}
