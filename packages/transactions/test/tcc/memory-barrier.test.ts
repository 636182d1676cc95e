import { describe, test } from 'vitest';
import { barrierContract } from '../../src/testkit/tcc/barrier-contract.ts';
import {
  MemoryParticipantDatabase,
  type MemoryTransaction,
  memoryBarrierStorage,
} from '../../src/testkit/tcc/memory-barrier-storage.ts';

describe('a barrier in memory', () => {
  for (const { name, run } of barrierContract) {
    test(name, () => {
      const database = new MemoryParticipantDatabase();
      return run({
        storage: memoryBarrierStorage as never,
        prefix: 'case ',
        transact: (work) => database.transact(work),
        add: async (transaction, key, amount) => (transaction as MemoryTransaction).add(key, amount),
        read: async (key) => database.value(key),
      });
    });
  }
});
