import { type AnyScenario, campaign } from '@holdfast/simulation';
import { barrierContract } from '../../src/testkit/tcc/barrier-contract.ts';
import {
  MemoryParticipantDatabase,
  type MemoryTransaction,
  memoryBarrierStorage,
} from '../../src/testkit/tcc/memory-barrier-storage.ts';
import { anyFault, atomicCommit } from '../atomic-commit/scenario.ts';
import { aloneAfterAll, everyTwoCrashes } from '../atomic-commit/small-world.ts';
import { bookings } from '../commit-simulation/bookings.ts';
import { transfers } from '../commit-simulation/transfers.ts';
import { everyCrash as everyCrashOfBooking, travelCases } from '../tcc/every-crash.ts';
import { bankCases, everyCrash as everyCrashOfTransfer } from '../two-phase/every-crash.ts';

/** What may find a planted bug: a part of the tests, each by its own means. */
export type Trial =
  | 'transfer crashes'
  | 'transfers'
  | 'booking crashes'
  | 'bookings'
  | 'late bookings'
  | 'barrier'
  | 'members';

/** Each rejects when it finds something. */
export const trials: Readonly<Record<Trial, () => Promise<void>>> = {
  async 'transfer crashes'() {
    for (const bankCase of bankCases) {
      const { outcomes } = await everyCrashOfTransfer(bankCase, false);
      if (outcomes !== bankCase.outcomes) throw new Error(`${bankCase.name} ends ${outcomes}`);
    }
  },
  transfers: () => find(transfers(), 400),
  async 'booking crashes'() {
    for (const travelCase of travelCases) await everyCrashOfBooking(travelCase, false);
  },
  bookings: () => find(bookings('30d'), 60),
  'late bookings': () => find(bookings('300ms'), 60),
  async barrier() {
    for (const { run } of barrierContract) {
      const database = new MemoryParticipantDatabase();
      await run({
        storage: memoryBarrierStorage as never,
        prefix: 'case ',
        transact: (work) => database.transact(work),
        add: async (transaction, key, amount) => (transaction as MemoryTransaction).add(key, amount),
        read: async (key) => database.value(key),
      });
    }
  },
  async members() {
    const { verdict, text } = aloneAfterAll();
    if (verdict !== 'passed') throw new Error(text);
    await find(atomicCommit('two-phase', anyFault), 300);
    await find(atomicCommit('three-phase'), 500);
    for (const protocol of ['three-phase', 'two-phase'] as const) {
      const explored = await everyTwoCrashes(protocol);
      for (const failure of explored.failures) throw new Error(failure.text);
    }
  },
};

async function find(scenario: AnyScenario, seeds: number): Promise<void> {
  const { failures } = await campaign(scenario, { seeds, strategy: 'mixed', runTwiceEvery: 0 });
  for (const { seed, verdict, text } of failures) throw new Error(`seed ${seed}: ${verdict}: ${text}`);
}
