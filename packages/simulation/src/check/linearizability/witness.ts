import { canonicalText } from '../canonical-text.ts';
import type { Operation } from '../history/operation.ts';
import { describeOperation } from './describe-operation.ts';
import { minimise } from './minimise.ts';
import type { Model } from './model.ts';
import type { DeadEnd, Placed } from './search-result.ts';

/** Why a history is not linearizable. */
export interface LinearizabilityWitness<Input, Output> {
  /** The partition, where the model has some. */
  readonly key: string | undefined;
  /** The operation that no order can explain. */
  readonly culprit: Operation<Input, Output>;
  /** The longest order found for the operations before it. */
  readonly prefix: readonly Operation<Input, Output>[];
  /** States that the object may have been in when the culprit was tried: some of them, as canonical JSON. */
  readonly states: readonly string[];
  /** Few operations that show it by themselves, in the order of their calls. */
  readonly smallest: readonly Operation<Input, Output>[];
}

const linesShown = 12;

/**
 * Makes the witness of a violation that was found in `operations`, `counted` of which there are in the partition, and
 * tells it in a few lines.
 */
export function explain<State, Input, Output>(
  model: Model<State, Input, Output>,
  key: string | undefined,
  operations: readonly Operation<Input, Output>[],
  counted: number,
  { ending, placed, states }: DeadEnd<State, Input, Output>,
): { readonly witness: LinearizabilityWitness<Input, Output>; readonly text: string } {
  const culprit = ending.operation;
  const witness = {
    key,
    culprit,
    prefix: inOrder(placed),
    states: [...new Set(states.map((state) => canonicalText(state)))],
    smallest: minimise(model, operations, culprit),
  };
  const line = (operation: Operation<Input, Output>): string =>
    `  ${describeOperation(operation, model.describe?.bind(model))}`;
  const { prefix, smallest } = witness;
  const text = [
    `not linearizable as a ${model.name}${key === undefined ? '' : `, key ${JSON.stringify(key)}`}: no order explains`,
    line(culprit),
    `The longest order before it has ${prefix.length} operations, and ends in state ${witness.states.join(' or ')}:`,
    ...lastLines(prefix.map(line)),
    `Enough to see it (${smallest.length} of ${counted} operations, in the order of their calls):`,
    ...firstLines(smallest.map(line)),
  ].join('\n');
  return { witness, text };
}

function inOrder<Input, Output>(last: Placed<Input, Output> | undefined): Operation<Input, Output>[] {
  const order: Operation<Input, Output>[] = [];
  for (let each = last; each !== undefined; each = each.before) order.push(each.candidate.operation);
  return order.reverse();
}

function lastLines(lines: readonly string[]): readonly string[] {
  if (lines.length <= linesShown) return lines;
  return [`  (${lines.length - linesShown} more before)`, ...lines.slice(-linesShown)];
}

function firstLines(lines: readonly string[]): readonly string[] {
  if (lines.length <= 2 * linesShown) return lines;
  return [...lines.slice(0, 2 * linesShown), `  (${lines.length - 2 * linesShown} more)`];
}
