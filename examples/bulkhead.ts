// Ends with: 2 served at once, 1 after a wait, 2 refused
// A bulkhead lets a few calls inside at once, some wait in a queue, and refuses the rest before they cost anything.
import { ManualWorld, sleep } from '@holdfast/core';
import { bulkhead } from '@holdfast/resilience';

const world = new ManualWorld();
const reports = bulkhead({ world, name: 'reports', maxConcurrent: 2, maxQueue: 1 });

const startedAt: number[] = [];
const calls = Array.from({ length: 5 }, () =>
  reports.tryExecute(async () => {
    startedAt.push(world.clock.now());
    await sleep('1s', { world });
  }),
);
console.log(`${reports.inUse} inside, ${reports.queued} waiting`);
await world.advance('2s');
const refused = (await Promise.all(calls)).filter((outcome) => !outcome.ok);
const atOnce = startedAt.filter((time) => time === 0).length;
console.log(`${atOnce} served at once, ${startedAt.length - atOnce} after a wait, ${refused.length} refused`);
