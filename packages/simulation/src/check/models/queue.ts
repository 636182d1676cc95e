import type { JsonValue } from '@holdfast/core';
import { canonicalText, sameValue } from '../canonical-text.ts';
import type { Operation } from '../history/operation.ts';
import type { Insight, Model } from '../linearizability/model.ts';

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
    insight: queueInsight,
    describe: (input, output) =>
      input.kind === 'enqueue'
        ? `enqueue ${canonicalText(input.value)}`
        : `dequeue${output === undefined ? '' : ` -> ${canonicalText(output)}`}`,
  };
}

/**
 * What is taken is taken in the order in which it was put: as long as each value is put only once, the dequeues
 * tell much of the order of the enqueues.
 */
function queueInsight(
  known: readonly Operation<QueueInput, QueueOutput>[],
  unknown: readonly Operation<QueueInput, QueueOutput>[],
): Insight<readonly JsonValue[], QueueInput, QueueOutput> {
  const takers = new Map<string, Operation<QueueInput, QueueOutput>>();
  const put = new Set<string>();
  let isPutOnce = true;
  for (const operation of [...known, ...unknown]) {
    const { input, output } = operation;
    if (input.kind === 'dequeue') {
      if (output !== undefined && output !== null) takers.set(canonicalText(output), operation);
    } else {
      const value = canonicalText(input.value);
      if (put.has(value)) isPutOnce = false;
      put.add(value);
    }
  }
  const unseenTakers = [...unknown, ...known.filter(({ output }) => output === undefined)].filter(
    ({ input }) => input.kind === 'dequeue',
  );
  return {
    // Without a value that nobody took, and without whoever took it unseen, every answer stays the same.
    helps: (input) => input.kind === 'dequeue' || takers.has(canonicalText(input.value)),
    contradicts(waiting) {
      if (!isPutOnce || waiting.length < 2) return undefined;
      const last = takers.get(canonicalText(waiting.at(-1)));
      if (last === undefined) return undefined;
      let unseen = 0;
      for (let index = waiting.length - 2; index >= 0; index--) {
        const earlier = takers.get(canonicalText(waiting[index]));
        if (earlier === undefined) unseen++;
        else if (last.completed! < earlier.invoked) return earlier;
      }
      if (unseen === 0 || unseen <= unseenTakers.filter(({ invoked }) => invoked < last.completed!).length) {
        return undefined;
      }
      return last;
    },
  };
}
