import type { Operation } from '../../src/check/history/operation.ts';
import type { Anything, SequentialObject } from './sequential-objects.ts';

/**
 * Whether some order of some of the operations is one in which the real object gives the same answers: tries every
 * one of them. Knows no model, no partitions and no shortcuts.
 */
export function bruteForce(
  object: SequentialObject,
  operations: readonly Operation<Anything, Anything>[],
): boolean {
  const counted = operations.filter(({ outcome }) => outcome !== 'failed');
  const order: Operation<Anything, Anything>[] = [];
  const isAnswered = ({ outcome }: Operation<Anything, Anything>) => outcome === 'ok';
  const place = (left: readonly Operation<Anything, Anything>[]): boolean => {
    if (!left.some(isAnswered)) return true;
    return left.some((next) => {
      if (left.some((other) => isAnswered(other) && other.completed! < next.invoked)) return false;
      order.push(next);
      const found = answersAlike(object, order) && place(left.filter((each) => each !== next));
      order.pop();
      return found;
    });
  };
  return place(counted);
}

function answersAlike(object: SequentialObject, order: readonly Operation<Anything, Anything>[]): boolean {
  const apply = object.create();
  return order.every(({ input, outcome, output }) => {
    const answer = apply(input);
    return (
      outcome !== 'ok' || silent(object, input, output) || JSON.stringify(answer) === JSON.stringify(output)
    );
  });
}

/** Whether the object promises nothing about this answer. */
function silent({ name }: SequentialObject, { kind }: Anything, output: Anything): boolean {
  if (output === undefined) return true;
  if (['write', 'put', 'delete', 'enqueue', 'append'].includes(kind)) return true;
  return output === null && (name === 'counter' || name === 'set' || name === 'append-only list');
}
