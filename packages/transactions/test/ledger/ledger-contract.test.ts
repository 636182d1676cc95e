// Goal: every engine keeps the contract of a ledger. Method: the same cases in memory, with and without time on the way;
// in a journal in memory, and in one on simulated disks of several seeds that lose and tear all that is not durable.
import { type Disk, type Duration, ManualWorld, sleep } from '@holdfast/core';
import { JournalMemory, openJournal, openMemoryJournal } from '@holdfast/storage';
import { describe, expect, test } from 'vitest';
import { journalEngine, LedgerMemory, type LedgerSession, memoryEngine } from '../../src/index.ts';
import { type LedgerCase, type LedgerUnderTest, ledgerContract } from '../../src/testkit/index.ts';
import { MortalDisk } from '../mortal-disk.ts';
import { ProcessWorld } from './process-world.ts';

const messagesMax = 20;

/** Lets time pass until `promise` is settled. */
async function settled<Value>(world: ManualWorld, promise: Promise<Value>): Promise<Value> {
  let over = false;
  const end = (): void => {
    over = true;
  };
  promise.then(end, end);
  while (!over) await world.advance('1ms');
  return promise;
}

function sleepIn(world: ManualWorld): LedgerUnderTest['sleep'] {
  return (duration, options) => sleep(duration, { world, ...options });
}

describe.each(['0ms', '10ms'] as const)('in memory, %s away', (latency: Duration) => {
  test.each([...ledgerContract])('$name', async ({ kills, run }: LedgerCase) => {
    const world = new ManualWorld();
    const memory = new LedgerMemory();
    const processes = new Map<LedgerSession, ProcessWorld>();
    let killed = false;
    await settled(
      world,
      run({
        engine: async () => {
          const process = new ProcessWorld(world);
          const engine = memoryEngine({ memory, world: process, lease: '1s', latency, messagesMax });
          return {
            ...engine,
            join: async (host, options) => {
              const session = await engine.join(host, options);
              processes.set(session, process);
              return session;
            },
          };
        },
        crash: async (session) => {
          killed = true;
          processes.get(session)!.kill();
        },
        pause: async (session) => {
          killed = true;
          processes.get(session)!.suspend();
          return async () => processes.get(session)!.resume();
        },
        sleep: sleepIn(world),
        takeover: '2s',
        messagesMax,
      }),
    );
    expect(killed).toBe(kills);
  });
});

describe('in a journal', () => {
  const cases = ledgerContract.filter(({ needs }) => needs.length === 0);

  test.each(cases)('in memory: $name', async ({ run }) => {
    const world = new ManualWorld();
    const memory = new JournalMemory();
    await settled(
      world,
      run({
        engine: async () => journalEngine({ open: () => openMemoryJournal({ memory }), world, messagesMax }),
        crash: async () => {},
        sleep: sleepIn(world),
        takeover: '1ms',
        messagesMax,
      }),
    );
  });

  test.each(cases)('on a disk: $name', async ({ run }) => {
    for (let seed = 0; seed < 5; seed++) {
      const mortal = new MortalDisk(seed);
      const { world } = mortal;
      let disk: Disk = mortal.start();
      await mortal.settled(
        run({
          engine: async () => {
            const on = disk;
            const open = () => openJournal({ disk: on, world, directory: 'ledger', segmentBytes: 2 ** 18 });
            return journalEngine({ open, world, messagesMax, recordBytesMax: 250_000 });
          },
          crash: async () => {
            disk = mortal.start();
          },
          sleep: sleepIn(world),
          takeover: '1ms',
          messagesMax,
        }),
      );
    }
  });
});

test('the suite notices a ledger that forgets', async () => {
  const { run } = ledgerContract.find(({ name }) => name.startsWith('keeps through a crash what it has'))!;
  const world = new ManualWorld();
  const forgetful = run({
    engine: async () => journalEngine({ open: () => openMemoryJournal(), world }),
    crash: async () => {},
    sleep: sleepIn(world),
    takeover: '1ms',
    messagesMax: 1_000,
  });
  await expect(settled(world, forgetful)).rejects.toThrow("run 'a' is given to a worker");
});
