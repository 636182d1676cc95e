import type { JsonValue } from '@holdfast/core';
import { canonicalText, sameValue } from '../canonical-text.ts';
import type { Model } from '../linearizability/model.ts';

export type QueueInput =
  /** Puts a value, other than null, at the end. */
  | { readonly kind: 'enqueue'; readonly value: JsonValue }
  /** Takes the value that has waited longest. */
  | { readonly kind: 'dequeue' };

/** A dequeue answers the value, or null when there is none; what an enqueue answers does not matter. */
export type QueueOutput = JsonValue;

/** First in, first out; empty at first. Costs time in proportion to its length at each step. */
export function queueModel(): Model<readonly JsonValue[], QueueInput, QueueOutput> {
  return {
    name: 'queue',
    init: () => [],
    step: (waiting, input, output) => {
      if (input.kind === 'enqueue') return [...waiting, input.value];
      const first = waiting.length === 0 ? null : waiting[0]!;
      if (output !== undefined && !sameValue(first, output)) return undefined;
      return waiting.length === 0 ? waiting : waiting.slice(1);
    },
    readOnly: (input, output) => input.kind === 'dequeue' && output === null,
    describe: (input, output) =>
      input.kind === 'enqueue'
        ? `enqueue ${canonicalText(input.value)}`
        : `dequeue${output === undefined ? '' : ` -> ${canonicalText(output)}`}`,
  };
}
