// Ends with: the checkout: 100 of 100 served; the newsletter: less than half
// A load shedder refuses the less important calls while there is too much to do, so that the important ones are served.
import { ManualWorld } from '@holdfast/core';
import { loadShedder } from '@holdfast/resilience';

const world = new ManualWorld();
const shedder = loadShedder({ world, load: () => 1.2 }); // A measure of yours: 1 is full.

const served = { checkout: 0, newsletter: 0 };
for (let n = 0; n < 100; n++) {
  for (const [name, priority] of [
    ['checkout', 0],
    ['newsletter', 3],
  ] as const) {
    const outcome = await shedder.tryExecute(() => 'done', { priority });
    if (outcome.ok) served[name]++;
  }
  await world.advance('5ms');
}
const few = served.newsletter < 50 ? 'less than half' : `${served.newsletter} of 100`;
console.log(`the checkout: ${served.checkout} of 100 served; the newsletter: ${few}`);
