import { expect, test } from 'vitest';
import type { AdminProfile } from '../api/console-api.ts';
import { nodeKeys } from './flame-tree.ts';
import { heaviest } from './heaviest.ts';
import { originOf, profileFlame } from './profile-flame.ts';

const frame = (name: string, file?: string) => ({ name, file, line: undefined });

/** `main` calls `parse` at two places, and `parse` calls itself. */
const profile: AdminProfile = {
  kind: 'cpu',
  unit: 'microseconds',
  startedAt: 0,
  duration: 1,
  frameTable: [frame('main', 'file:///srv/main.js'), frame('parse', 'file:///srv/parse.js')],
  frames: [0, 1, 1, 1],
  parents: [-1, 0, 0, 2],
  samples: [0, 1, 2, 3, 3],
  weights: [10, 1, 2, 3, 4],
};

test('samples add up along their stacks, and one function under one caller is one node', () => {
  const { labels, totals, selves, parents } = profileFlame(profile);
  expect(labels).toEqual(['main', 'parse', 'parse']);
  expect([...parents]).toEqual([-1, 0, 1]);
  expect([...selves]).toEqual([10, 3, 7]);
  expect([...totals]).toEqual([20, 10, 7]);
});

test('functions without a name are told apart by their place', () => {
  const anonymous = (line: number) => ({ name: '(anonymous)', file: 'file:///srv/main.js', line });
  const { labels, frames } = profileFlame({
    ...profile,
    frameTable: [anonymous(3), anonymous(9)],
    frames: [0, 1],
    parents: [-1, 0],
    samples: [1],
    weights: [1],
  });
  expect(labels).toEqual(['(anonymous) main.js:3', '(anonymous) main.js:9']);
  expect(frames).toEqual([0, 1]);
});

test('a function that calls itself is counted once', () => {
  expect(heaviest(profileFlame(profile))).toEqual([
    { label: 'main', group: 'app', self: 10, total: 20, node: 0 },
    { label: 'parse', group: 'app', self: 10, total: 10, node: 1 },
  ]);
});

test.each([
  ['(garbage collector)', undefined, 'engine'],
  ['writev', '', 'native'],
  ['emit', 'node:events', 'node'],
  ['parse', 'file:///srv/node_modules/pg/lib/parse.js', 'pg'],
  ['run', '/srv/node_modules/@grpc/grpc-js/build/run.js', '@grpc/grpc-js'],
  ['run', '/srv/node_modules/a/node_modules/b/run.js', 'b'],
  ['handle', 'file:///srv/dist/handle.js', 'app'],
])('%s of %s is of %s', (name, file, expected) => {
  expect(originOf(frame(name, file))).toBe(expected);
});

test('a node is named by the way to it, whatever else is in the tree', () => {
  const keys = nodeKeys(profileFlame(profile));
  expect(new Set(keys).size).toBe(3);
  const less = { ...profile, frames: [0, 1], parents: [-1, 0], samples: [1], weights: [5] };
  expect(nodeKeys(profileFlame(less))).toEqual(keys.slice(0, 2));
});
