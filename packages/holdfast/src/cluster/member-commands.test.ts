import type { ClusterClient } from '@holdfast/cluster';
import { clusterErrors } from '@holdfast/cluster';
import { Member } from '@holdfast/cluster/etcd';
import { expect, test } from 'vitest';
import { memberRemove } from './member-commands.ts';

const inDoubt = clusterErrors.create('MEMBER_STOPPED', {
  message: 'etcdserver: server stopped',
  executed: 'maybe',
});

/** A cluster of which the member that is asked stops before it answers, whether it has done it or not. */
async function removeFrom(isDone: boolean): Promise<string[]> {
  const all = [Member.create({ id: 1n, name: 'a' }), Member.create({ id: 2n, name: 'b' })];
  let members = all;
  const cluster = {
    // Who is asked as it is may be behind.
    memberList: async ({ linearizable }: { linearizable: boolean }) => ({
      members: linearizable ? members : all,
    }),
    memberRemove: async () => {
      if (isDone) members = all.slice(1);
      throw inDoubt;
    },
  };
  const printed: string[] = [];
  await memberRemove.run({
    arguments: ['a'],
    options: {},
    endpoints: [],
    client: () => ({ cluster }) as unknown as ClusterClient,
    print: (_json, lines) => printed.push(...lines),
    output: { out: () => {}, error: () => {} },
  });
  return printed;
}

test('a member that stops before it says that it is removed is removed', async () => {
  expect(await removeFrom(true)).toEqual(['removed a (0000000000000001)']);
});

test('one that is still there is not', async () => {
  await expect(removeFrom(false)).rejects.toBe(inDoubt);
});
