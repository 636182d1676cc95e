// Ends with: failed: 12 is too old to be told
// A stale cache answers a failed call with the last good value of its key, if that is not too old.
import { ManualWorld } from '@holdfast/core';
import { staleCache } from '@holdfast/resilience';

const world = new ManualWorld();
const prices = staleCache({ world, maxAge: '5m' });

let works = true;
async function price(): Promise<number> {
  if (!works) throw new Error('down');
  return 12;
}

console.log('fresh:', await prices.execute(price, { key: 'lamp' }));
works = false;
await world.advance('4m');
const soon = await prices.tryExecute(price, { key: 'lamp' });
if (soon.ok) console.log('stale:', soon.value, 'thanks to the', soon.degradedBy);
await world.advance('2m');
const late = await prices.tryExecute(price, { key: 'lamp' });
if (!late.ok) console.log('failed: 12 is too old to be told');
