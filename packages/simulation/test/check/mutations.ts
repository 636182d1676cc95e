import type { Random } from '@holdfast/core';
import type { OperationJson } from '../../src/check/history/history.ts';
import { History } from '../../src/check/history/history.ts';
import type { Anything } from './sequential-objects.ts';

type Each = {
  -readonly [K in keyof OperationJson<Anything, Anything>]: OperationJson<Anything, Anything>[K];
};

/** Something that goes wrong in a store. Changes the operations; false when there is nothing to do it to. */
type Mutation = (operations: Each[], random: Random) => boolean;

function one<T>(choices: readonly T[], random: Random): T | undefined {
  return choices.length === 0 ? undefined : choices[random.below(choices.length)];
}

const isOk = ({ outcome }: Each): boolean => outcome === 'ok';
const reads = (operations: readonly Each[]): Each[] =>
  operations.filter((each) => isOk(each) && ['read', 'get', 'contains', 'dequeue'].includes(each.input.kind));
const changes = (operations: readonly Each[]): Each[] =>
  operations.filter((each) => isOk(each) && !reads(operations).includes(each));
const sameKey = (a: Each, b: Each): boolean => a.input.key === b.input.key;

/** Gives one operation of those that `choose` returns another answer. */
function answer(
  choose: (operations: Each[]) => readonly Each[],
  another: (chosen: Each, operations: Each[], random: Random) => Anything,
): Mutation {
  return (operations, random) => {
    const chosen = one(choose(operations), random);
    const output = chosen && another(chosen, operations, random);
    if (chosen === undefined || output === undefined) return false;
    chosen.output = output;
    return true;
  };
}

const ofKind =
  (...kinds: readonly string[]) =>
  (operations: readonly Each[]): Each[] =>
    operations.filter((each) => isOk(each) && kinds.includes(each.input.kind));

const asking =
  (kinds: readonly string[], output: Anything) =>
  (operations: readonly Each[]): Each[] =>
    ofKind(...kinds)(operations).filter((each) => each.output === output);

const lists = (operations: readonly Each[]): Each[] =>
  reads(operations).filter(({ output }) => Array.isArray(output) && output.length > 0);

/** Puts the events in order again after places were changed to fractions. */
function renumber(operations: Each[]): void {
  const places = operations.flatMap(({ invoked, completed }) => [
    invoked,
    ...(completed === undefined ? [] : [completed]),
  ]);
  const rank = new Map(places.sort((a, b) => a - b).map((place, index) => [place, index]));
  for (const each of operations) {
    each.invoked = rank.get(each.invoked)!;
    if (each.completed !== undefined) each.completed = rank.get(each.completed)!;
  }
  operations.sort((a, b) => a.invoked - b.invoked);
}

function move(
  choose: (operations: readonly Each[]) => Each[],
  how: (each: Each, end: number) => void,
): Mutation {
  return (operations, random) => {
    const chosen = one(choose(operations), random);
    if (chosen === undefined) return false;
    how(chosen, operations.length * 2 + 1);
    renumber(operations);
    return true;
  };
}

export const mutations: Readonly<Record<string, Mutation>> = {
  'stale read': answer(
    reads,
    (chosen, operations, random) =>
      one(
        reads(operations).filter((each) => sameKey(each, chosen) && each.completed! < chosen.invoked),
        random,
      )?.output,
  ),
  'read from the future': answer(
    reads,
    (chosen, operations, random) =>
      one(
        reads(operations).filter((each) => sameKey(each, chosen) && each.invoked > chosen.completed!),
        random,
      )?.output,
  ),
  'value from nowhere': answer(reads, ({ output }) => (typeof output === 'number' ? 77 : undefined)),
  'everything forgotten': answer(reads, ({ output }) => (typeof output === 'number' ? null : undefined)),
  'zero again': answer(reads, ({ output }) => (typeof output === 'number' ? 0 : undefined)),
  'another key': answer(
    reads,
    (chosen, operations, random) =>
      one(
        reads(operations).filter((each) => !sameKey(each, chosen)),
        random,
      )?.output,
  ),
  'two reads exchanged': (operations, random) => {
    const a = one(reads(operations), random);
    const b = one(reads(operations), random);
    if (a === undefined || b === undefined || a === b) return false;
    [a.output, b.output] = [b.output, a.output];
    return true;
  },
  'a client goes back in time': (operations, random) => {
    const b = one(reads(operations), random);
    const a = b && reads(operations).find((each) => each.client === b.client && each.invoked < b.invoked);
    if (a === undefined || b === undefined) return false;
    [a.output, b.output] = [b.output, a.output];
    return true;
  },
  'failed, but took effect': (operations, random) => {
    const chosen = one(changes(operations), random);
    if (chosen === undefined) return false;
    chosen.outcome = 'failed';
    delete chosen.output;
    return true;
  },
  'unknown called failed': (operations, random) => {
    const chosen = one(
      operations.filter(({ outcome }) => outcome === 'unknown'),
      random,
    );
    if (chosen === undefined) return false;
    chosen.outcome = 'failed';
    return true;
  },
  'acknowledged, but maybe lost': (operations, random) => {
    const chosen = one(
      operations.filter(({ outcome, completed }) => outcome === 'unknown' && completed),
      random,
    );
    if (chosen === undefined) return false;
    chosen.outcome = 'ok';
    chosen.output = null;
    return true;
  },
  'operation nobody asked for': (operations, random) => {
    const index = operations.indexOf(one(changes(operations), random)!);
    if (index < 0) return false;
    operations.splice(index, 1);
    return true;
  },
  'lost write': (operations, random) => {
    const model = one(changes(operations), random);
    if (model === undefined) return false;
    const invoked = random.below(operations.length * 2) + 0.1;
    const input =
      'value' in model.input && typeof model.input.value === 'number'
        ? { ...model.input, value: 50 }
        : model.input;
    operations.push({ ...model, input, client: 'lost', invoked, completed: invoked + 0.1 });
    renumber(operations);
    return true;
  },
  'applied twice': (operations, random) => {
    const chosen = one(changes(operations), random);
    if (chosen === undefined) return false;
    operations.push({
      ...chosen,
      client: 'again',
      invoked: chosen.completed! + 0.1,
      completed: chosen.completed! + 0.2,
    });
    renumber(operations);
    return true;
  },
  'split brain': (operations, random) => {
    const chosen = one(asking(['cas', 'acquire', 'add', 'remove', 'release'], true)(operations), random);
    if (chosen === undefined) return false;
    operations.push({
      ...chosen,
      client: 'other half',
      invoked: chosen.invoked + 0.1,
      completed: chosen.completed! + 0.1,
    });
    renumber(operations);
    return true;
  },
  'effect before the call': move(changes, (each) => {
    each.invoked = each.completed! - 0.1;
  }),
  'effect after the answer': move(changes, (each) => {
    each.completed = each.invoked + 0.1;
  }),
  'read before the call': move(reads, (each) => {
    each.invoked = each.completed! - 0.1;
  }),
  'read after the answer': move(reads, (each) => {
    each.completed = each.invoked + 0.1;
  }),
  'write moved to the end': move(changes, (each, end) => {
    each.invoked = end;
    each.completed = end + 1;
  }),
  'read moved to the end': move(reads, (each, end) => {
    each.invoked = end;
    each.completed = end + 1;
  }),
  'read moved to the beginning': move(reads, (each) => {
    each.invoked = -2;
    each.completed = -1;
  }),
  'cas that should have failed': answer(asking(['cas'], false), () => true),
  'cas that should have swapped': answer(asking(['cas'], true), () => false),
  'one too many': answer(ofKind('read', 'add'), ({ output }) =>
    typeof output === 'number' ? output + 1 : undefined,
  ),
  'one too few': answer(ofKind('read', 'add'), ({ output }) =>
    typeof output === 'number' ? output - 1 : undefined,
  ),
  'queue reordered': (operations, random) => {
    const taken = ofKind('dequeue')(operations).filter(({ output }) => output !== null);
    const a = one(taken, random);
    const b = one(taken, random);
    if (a === undefined || b === undefined || a === b) return false;
    [a.output, b.output] = [b.output, a.output];
    return true;
  },
  'dequeued twice': answer(
    ofKind('dequeue'),
    (chosen, operations, random) =>
      one(
        ofKind('dequeue')(operations).filter((each) => each !== chosen && each.output !== null),
        random,
      )?.output,
  ),
  'queue seems empty': answer(ofKind('dequeue'), () => null),
  'queue never empty': answer(
    asking(['dequeue'], null),
    (_chosen, operations, random) => one(ofKind('enqueue')(operations), random)?.input.value,
  ),
  'member missing': answer(asking(['contains'], true), () => false),
  'phantom member': answer(asking(['contains'], false), () => true),
  'added anew': answer(asking(['add'], false), () => true),
  'not added anew': answer(asking(['add'], true), () => false),
  'two holders': answer(asking(['acquire'], false), () => true),
  'refused though free': answer(asking(['acquire'], true), () => false),
  'released by another': answer(asking(['release'], false), () => true),
  'list lost an element': answer(lists, ({ output }, _all, random) =>
    output.toSpliced(random.below(output.length), 1),
  ),
  'list cut off': answer(lists, ({ output }) => output.slice(0, -1)),
  'list reordered': answer(lists, ({ output }) => (output.length < 2 ? undefined : output.toReversed())),
  'element twice': answer(lists, ({ output }) => [...output, output.at(-1)]),
  'phantom element': answer(lists, ({ output }) => [...output, 77]),
};

/** A copy of a history after one mutation; undefined when there was nothing to do it to. */
export function mutate(
  history: History<Anything, Anything>,
  kind: string,
  random: Random,
): History<Anything, Anything> | undefined {
  const { operations } = structuredClone(history.toJSON());
  const changed = operations as Each[];
  if (!mutations[kind]!(changed, random)) return undefined;
  const lowest = Math.min(0, ...changed.map(({ invoked }) => invoked));
  for (const each of changed) {
    each.invoked -= lowest;
    if (each.completed !== undefined) each.completed -= lowest;
  }
  return History.fromJSON({ version: 1, operations: changed });
}
