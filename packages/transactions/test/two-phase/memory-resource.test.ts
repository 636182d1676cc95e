import { describe, test } from 'vitest';
import { MemoryDatabase } from '../../src/testkit/two-phase/memory-database.ts';
import { type MemoryConnection, MemoryResource } from '../../src/testkit/two-phase/memory-resource.ts';
import type { ResourceUnderTest } from '../../src/testkit/two-phase/resource-case.ts';
import { resourceContract } from '../../src/testkit/two-phase/resource-contract.ts';

function memoryResourceUnderTest(): ResourceUnderTest<MemoryConnection> {
  const database = new MemoryDatabase();
  return {
    ledgerId: 'ledger00',
    key: 'key',
    open: async () => new MemoryResource({ name: 'memory', database }),
    add: async (connection, key, amount) => connection.set(key, (await connection.get(key)) + amount),
    look: (connection, key) => connection.get(key),
    read: async (key) => database.value(key),
    isFree: async (key) => {
      const session = database.open({});
      const free = database.write(session, key, 0);
      database.rollbackOpen(session);
      return free;
    },
    crash: async (resource) => (resource as MemoryResource).crash(),
    foreign: async (name) => {
      const session = database.open({});
      database.write(session, 'foreign', 1);
      database.prepare(session, { transaction: name, resource: 'memory' });
      return async () => database.prepared.some(({ transaction }) => transaction === name);
    },
    restart: async () => database.restart(),
    doom: async () => database.restart(),
  };
}

describe('a resource in memory', () => {
  for (const { name, needs, run } of resourceContract) {
    const under = memoryResourceUnderTest();
    const abilities = { prepare: true, settle: true };
    if (needs.every((need) => need in under || need in abilities)) {
      test(name, () => run(under as Required<ResourceUnderTest>));
    }
  }
});
