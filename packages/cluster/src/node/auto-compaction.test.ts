import { ManualWorld } from '@holdfast/core';
import { beforeEach, expect, test } from 'vitest';
import { CompactionRequest } from '../etcd/kv.ts';
import { decodeCommand } from '../state/command.ts';
import { type AutoCompaction, AutoCompactor } from './auto-compaction.ts';

const minute = 60_000_000;
let world: ManualWorld;
let status: { role: string; revision: number };
let compacted: number[];

beforeEach(() => {
  world = new ManualWorld();
  status = { role: 'leader', revision: 1 };
  compacted = [];
});

function start(rule: AutoCompaction): AutoCompactor {
  const member = {
    status: () => status,
    propose: async (command: Uint8Array) => {
      compacted.push(CompactionRequest.decode(decodeCommand(command).payload).revision);
      return { revision: 0, result: { response: {} } };
    },
  };
  return new AutoCompactor(rule, member as never, world);
}

/** A minute at a time, with so many more revisions each. */
async function minutes(count: number, revisions = 0): Promise<void> {
  for (let passed = 0; passed < count; passed++) {
    status.revision += revisions;
    await world.advance('1m');
  }
}

test('periodic: forgets what is older than the retention, and keeps the rest', async () => {
  start({ mode: 'periodic', retention: 10 * minute });
  await minutes(10, 100);
  expect(compacted).toEqual([]);
  await minutes(1, 100);
  expect(compacted).toEqual([101]);
  await minutes(3, 100);
  expect(compacted).toEqual([101, 201, 301, 401]);
});

test('nothing is compacted twice where nothing was written', async () => {
  start({ mode: 'periodic', retention: 10 * minute });
  await minutes(5, 100);
  await minutes(30);
  expect(compacted).toEqual([101, 201, 301, 401, 501]);
});

test('revision: keeps so many of them', async () => {
  start({ mode: 'revision', retention: 1_000 });
  await minutes(5, 100);
  expect(compacted).toEqual([]);
  await minutes(10, 100);
  expect(compacted).toEqual([1, 501]);
});

test('only the leader does it, and a new leader knows what is old', async () => {
  status.role = 'follower';
  start({ mode: 'periodic', retention: 10 * minute });
  await minutes(12, 100);
  expect(compacted).toEqual([]);
  status.role = 'leader';
  await minutes(1, 100);
  expect(compacted).toEqual([301]);
});

test('after its end it does nothing more', async () => {
  start({ mode: 'revision', retention: 1 }).stop();
  await minutes(20, 100);
  expect(compacted).toEqual([]);
});
