import { expect, test } from 'vitest';
import { readReplayFile } from './read-replay-file.ts';
import type { ReplayFile } from './replay-file.ts';

const written: ReplayFile = {
  version: 1,
  scenario: 'orders',
  seed: 7,
  strategy: 'swarm',
  plan: { version: 1, faults: [{ kind: 'crash', host: 'shop', at: '1s' }] },
  operations: [{ at: 5, client: 'client1', operation: 'buy' }],
  only: [{ kind: 'loss', subject: 'a>b', at: 12_000, ordinal: 0 }],
  order: [0, 1],
  hosts: ['shop'],
  storm: 1_000_000,
  commit: 'abc',
};

test('reads what was written', () => {
  expect(readReplayFile(JSON.parse(JSON.stringify(written)))).toEqual(written);
  const { only: _only, hosts: _hosts, commit: _commit, ...least } = written;
  expect(readReplayFile(least)).toEqual(least);
});

test.each([
  ['no object', null, 'replay is'],
  ['a version of the future', { ...written, version: 2 }, 'version is 2, but must be 1'],
  [
    'a strategy that is none',
    { ...written, strategy: 'luck' },
    'strategy is "luck", but must be one of random',
  ],
  [
    'an operation without a client',
    { ...written, operations: [{ at: 0, operation: 1 }] },
    'operations[0].client is',
  ],
  ['a choice without an ordinal', { ...written, only: [{ kind: 'a', subject: 'b' }] }, 'only[0].ordinal is'],
  [
    'a choice at no time',
    { ...written, only: [{ kind: 'a', subject: 'b', at: -1, ordinal: 0 }] },
    'only[0].at is',
  ],
  ['an order of something else', { ...written, order: [0, 'first'] }, 'order[1] is'],
  ['a host that is none', { ...written, hosts: [1] }, 'hosts[0] is 1'],
  ['a plan that is none', { ...written, plan: {} }, 'version is undefined'],
])('refuses %s', (_, json, message) => {
  expect(() => readReplayFile(json)).toThrow(message);
});
