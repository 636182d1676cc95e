// Ends with: 4 trips: 2 booked, 2 rolled back, and every booking that is left belongs to one of the two
// Booking a trip as a saga: one that succeeds, one that fails half-way and is undone, one whose process is killed between two
// steps and goes on in the next one, and one whose compensation gets stuck until a person has seen to it.
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constant } from '@holdfast/resilience';
import { openLedger, runStuck, saga, sagaOperator, stepAttempted, terminal } from '@holdfast/transactions';
import { folderEngine } from '@holdfast/transactions/node';

type Trip = { readonly to: string; readonly euros: number };

const [mode, folder = mkdtempSync(join(tmpdir(), 'holdfast-saga-'))] = process.argv.slice(2);
const bookings = join(folder, 'bookings');
const retry = { maxAttempts: 2, backoff: constant('20ms') };
let airlineAnswers = true;

/** What airlines, hotels and banks keep: a file for each booking. Booking twice under one key is booking once. */
function book(key: string): void {
  writeFileSync(join(bookings, key.replace('/', ' ')), '');
}
function cancel(key: string): void {
  rmSync(join(bookings, key.replace('/', ' ')), { force: true });
}

const travel = saga<Trip>('travel', { version: 1 })
  .step('flight', {
    do: ({ key }) => book(key),
    undo: ({ doKey }) => {
      if (!airlineAnswers) throw new Error('the airline does not answer');
      cancel(doKey);
    },
    undoRetry: retry,
  })
  .step('hotel', {
    do: async ({ key }) => {
      book(key);
      // In the process that is to be killed the booking is made, and the answer never comes.
      if (mode === 'child') {
        console.log('hotel booked');
        await new Promise(() => setInterval(() => {}, 1_000));
      }
    },
    undo: ({ doKey }) => cancel(doKey),
  })
  .step('car', {
    do: ({ input, key }) => {
      if (input.to === 'Venice') throw terminal('there are no cars in Venice');
      book(key);
    },
    undo: ({ doKey }) => cancel(doKey),
  })
  .pivot('pay', {
    do: ({ input, key }) => {
      if (input.euros > 5_000) throw terminal('the card is not good for that');
      book(key);
    },
  })
  .ensure('tickets', { do: ({ key }) => book(key) });

const open = () => openLedger({ engine: folderEngine(join(folder, 'ledger')), definitions: [travel] });
mkdirSync(bookings, { recursive: true });

if (mode === 'child') {
  const ledger = await open();
  const run = await ledger.start(travel, { to: 'Porto', euros: 700 }, { id: 'trip-3' });
  await run.result;
}

stepAttempted.subscribe(({ step, compensation, attempt, error }) => {
  const outcome = error === undefined ? 'done' : (error as Error).message;
  console.log(`  ${compensation ? `undo ${step}` : step}: ${outcome}${attempt > 1 ? ', again' : ''}`);
});

let ledger = await open();
console.log('trip-1 goes well');
const first = await ledger.start(travel, { to: 'Lisbon', euros: 900 }, { id: 'trip-1' });
console.log(`trip-1 is ${(await first.result).status}`);

console.log('\ntrip-2 comes to a step that cannot succeed');
const second = await ledger.start(travel, { to: 'Venice', euros: 800 }, { id: 'trip-2' });
console.log(`trip-2 is ${(await second.result).status}`);
await ledger.close();

console.log('\ntrip-3 begins in another process, which is killed while it waits for the hotel');
const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, 'child', folder], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
await once(child.stdout, 'data');
child.kill('SIGKILL');
await once(child, 'exit');
console.log('who opens the ledger next goes on with it: the hotel is asked again, under the same key');
ledger = await open();
const third = await ledger.find(travel, 'trip-3');
console.log(`trip-3 is ${(await third!.result).status}`);

console.log('\ntrip-4 is to be undone, and the airline does not answer');
airlineAnswers = false;
const stuck = new Promise<string | undefined>((resolve) => runStuck.subscribe(({ note }) => resolve(note)));
const fourth = await ledger.start(travel, { to: 'Faro', euros: 9_000 }, { id: 'trip-4' });
console.log(`trip-4 waits for a person: ${await stuck}`);
console.log("somebody calls the airline, and then says so, as 'npx holdfast saga resolve' does");
cancel('trip-4/flight');
await sagaOperator(ledger).resolve('trip-4', 'flight');
console.log(`trip-4 is ${(await fourth.result).status}`);
await ledger.close();

const booked = ['trip-1', 'trip-3'].flatMap((trip) =>
  ['car', 'flight', 'hotel', 'pay', 'tickets'].map((what) => `${trip} ${what}`),
);
assert.deepEqual(readdirSync(bookings).sort(), booked);
rmSync(folder, { recursive: true });
console.log('\n4 trips: 2 booked, 2 rolled back, and every booking that is left belongs to one of the two');
