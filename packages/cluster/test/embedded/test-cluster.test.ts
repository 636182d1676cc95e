import { sleep } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { type TestCluster, testClusterIn } from '../../src/embedded/test-cluster.ts';
import { sourceProgram } from './source-program.ts';

const patience = { electionTimeout: '1s' } as const;

describe('testCluster', { timeout: 120_000 }, () => {
  test('serves on when its leader is killed, and again when it is back', async () => {
    const cluster = await testClusterIn(await sourceProgram(), 3, patience);
    try {
      await cluster.store.put('key', bytes('one'));
      const leader = await cluster.leader();
      await cluster.kill(leader);
      await cluster.store.put('key', bytes('two'));
      await cluster.restart(leader);
      expect(await read(cluster, leader)).toBe('two');
    } finally {
      await cluster.stop();
    }
  });

  test('a call waits for a majority for longer than the five seconds of other clients', async () => {
    const cluster = await testClusterIn(await sourceProgram(), 3, patience);
    try {
      await cluster.store.put('key', bytes('one'));
      await Promise.all([cluster.kill(0), cluster.kill(1)]);
      const reading = cluster.store.get('key');
      await sleep('6s');
      await cluster.restart(0);
      expect((await reading)?.version).toBe(1);
    } finally {
      await cluster.stop();
    }
  });

  test('elects another leader when the first is cut off, which then follows', async () => {
    const cluster = await testClusterIn(await sourceProgram(), 3, patience);
    try {
      const before = await cluster.leader();
      const heal = cluster.cut(before);
      const others = [0, 1, 2].filter((member) => member !== before);
      await cluster.storeOf(others[0]!).put('key', bytes('written without it'));
      expect(await cluster.leader()).not.toBe(before);
      heal();
      expect(await read(cluster, before)).toBe('written without it');
    } finally {
      await cluster.stop();
    }
  });

  test('a main thread that does not let go for five seconds costs no election', async () => {
    const cluster = await testClusterIn(await sourceProgram(), 3, patience);
    try {
      await cluster.store.put('key', bytes('before'));
      const leader = await cluster.leader();
      const before = await Promise.all([0, 1, 2].map((member) => cluster.status(member)));
      const until = performance.now() + 5_000;
      while (performance.now() < until);
      const after = await Promise.all([0, 1, 2].map((member) => cluster.status(member)));
      expect(after.map(({ term, role, leader: of }) => ({ term, role, of }))).toEqual(
        before.map(({ term, role, leader: of }) => ({ term, role, of })),
      );
      expect(after[leader]!.role).toBe('leader');
      await cluster.store.put('key', bytes('after'));
      expect(await read(cluster, leader)).toBe('after');
    } finally {
      await cluster.stop();
    }
  });
});

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function read(cluster: TestCluster, member: number): Promise<string | undefined> {
  const entry = await cluster.storeOf(member).get('key');
  return entry === undefined ? undefined : new TextDecoder().decode(entry.value);
}
