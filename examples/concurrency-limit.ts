// Ends with: it found out by itself: between 10 and 30 calls at once
// An adaptive concurrency limit finds out how many calls the other side can work on without a queue: here 20.
import { ManualWorld, sleep } from '@holdfast/core';
import { concurrencyLimit } from '@holdfast/resilience';

const world = new ManualWorld({ seed: 5 });
const search = concurrencyLimit({ world, initial: 100, max: 500 });

let inside = 0;
const capacity = 20;
async function query(): Promise<void> {
  inside++;
  const crowding = Math.max(1, inside / capacity); // Beyond its capacity all become slower.
  await sleep(10 * crowding, { world });
  inside--;
}

for (let tenMillis = 0; tenMillis < 1_000; tenMillis++) {
  for (let n = 0; n < 60; n++) void search.tryExecute(query);
  await world.advance('10ms');
}
const { limit, facts } = search.state;
console.log(`limit ${Math.round(limit)}`, facts);
console.log(
  `it found out by itself: ${limit >= 10 && limit <= 30 ? 'between 10 and 30' : limit} calls at once`,
);
