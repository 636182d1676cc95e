import type { JsonValue, Random } from '@holdfast/core';
import type { Model } from '../../src/check/linearizability/model.ts';
import { appendListModel } from '../../src/check/models/append-list.ts';
import { counterModel } from '../../src/check/models/counter.ts';
import { keyValueModel } from '../../src/check/models/key-value.ts';
import { lockModel } from '../../src/check/models/lock.ts';
import { queueModel } from '../../src/check/models/queue.ts';
import { registerModel } from '../../src/check/models/register.ts';
import { setModel } from '../../src/check/models/set.ts';

// biome-ignore lint/suspicious/noExplicitAny: the same tests run on objects of every kind
export type Anything = any;

/** A real object that does one thing after the other, written without a look at its model. */
export interface SequentialObject {
  readonly name: string;
  readonly model: Model<Anything, Anything, Anything>;
  create(): (input: Anything) => JsonValue;
  input(random: Random, client: string, unique: number): Anything;
}

const keyOf = (random: Random): string => (random.below(3) === 0 ? 'b' : 'a');

function chooser<T>(...choices: readonly T[]): (random: Random) => T {
  return (random) => choices[random.below(choices.length)]!;
}

const registerKind = chooser('read', 'read', 'write', 'cas');
const keyValueKind = chooser('get', 'get', 'get', 'put', 'put', 'cas', 'delete');
const setKind = chooser<'add' | 'remove' | 'contains'>('add', 'remove', 'contains', 'contains');

export const sequentialObjects: readonly SequentialObject[] = [
  {
    name: 'register',
    model: registerModel(0),
    create() {
      let held: JsonValue = 0;
      return (input) => {
        if (input.kind === 'read') return held;
        if (input.kind === 'cas' && held !== input.expected) return false;
        held = input.value;
        return input.kind === 'cas' ? true : null;
      };
    },
    input: (random) => ({ kind: registerKind(random), expected: random.below(3), value: random.below(3) }),
  },
  {
    name: 'key-value store',
    model: keyValueModel(),
    create() {
      const store = new Map<string, JsonValue>();
      return ({ kind, key, expected, value }) => {
        const held = store.get(key) ?? null;
        if (kind === 'get') return held;
        if (kind === 'delete') return store.delete(key);
        if (kind === 'cas' && held !== expected) return false;
        store.set(key, value);
        return kind === 'cas' ? true : null;
      };
    },
    input: (random, _client, unique) => ({
      kind: keyValueKind(random),
      key: keyOf(random),
      expected: random.below(unique + 1) || null,
      value: unique,
    }),
  },
  {
    name: 'store of gets and puts',
    model: keyValueModel(),
    create() {
      const store = new Map<string, JsonValue>();
      return ({ kind, key, value }) => {
        if (kind === 'get') return store.get(key) ?? null;
        store.set(key, value);
        return null;
      };
    },
    input: (random, _client, unique) => ({
      kind: random.below(2) === 0 ? 'get' : 'put',
      key: keyOf(random),
      value: unique,
    }),
  },
  {
    name: 'counter',
    model: counterModel(),
    create() {
      let total = 0;
      return ({ kind, amount, says }) => {
        if (kind === 'read') return total;
        total += amount;
        return says ? total : null;
      };
    },
    input: (random) => ({
      kind: random.below(2) === 0 ? 'read' : 'add',
      amount: random.below(3) + 1,
      says: random.below(3) === 0,
    }),
  },
  {
    name: 'queue',
    model: queueModel(),
    create() {
      const waiting: JsonValue[] = [];
      return ({ kind, value }) => {
        if (kind === 'dequeue') return waiting.shift() ?? null;
        waiting.push(value);
        return null;
      };
    },
    input: (random, _client, value) =>
      random.below(2) === 0 ? { kind: 'enqueue', value } : { kind: 'dequeue' },
  },
  {
    name: 'set',
    model: setModel(),
    create() {
      const members = new Set<number>();
      return ({ kind, value }) => {
        if (kind === 'contains') return members.has(value);
        if (kind === 'remove') return members.delete(value);
        const isNew = !members.has(value);
        members.add(value);
        return isNew;
      };
    },
    input: (random) => ({ kind: setKind(random), value: random.below(2) }),
  },
  {
    name: 'lock',
    model: lockModel(),
    create() {
      let holder: string | undefined;
      return ({ kind, owner }) => {
        if (kind === 'acquire' ? holder !== undefined : holder !== owner) return false;
        holder = kind === 'acquire' ? owner : undefined;
        return true;
      };
    },
    input: (random, owner) => ({ kind: random.below(2) === 0 ? 'acquire' : 'release', lock: 'l', owner }),
  },
  {
    name: 'append-only list',
    model: appendListModel(),
    create() {
      const lists = new Map<string, JsonValue[]>();
      return ({ kind, key, value }) => {
        const list = lists.get(key) ?? [];
        if (kind === 'read') return [...list];
        lists.set(key, [...list, value]);
        return null;
      };
    },
    input: (random, _client, value) => ({
      kind: random.below(2) === 0 ? 'read' : 'append',
      key: keyOf(random),
      value,
    }),
  },
];

export function sequentialObject(name: string): SequentialObject {
  return sequentialObjects.find((each) => each.name === name)!;
}
