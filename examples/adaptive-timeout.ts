// Ends with: a call that hangs is ended early: true
// An adaptive time-out learns how long calls usually take, and ends those that take much longer.
import { ManualWorld, sleep } from '@holdfast/core';
import { adaptiveTimeout } from '@holdfast/resilience';

const world = new ManualWorld({ seed: 2 });
const limit = adaptiveTimeout({ world, max: '10s' });
console.log('at first a call gets', limit.limit, 'ms');

for (let n = 0; n < 300; n++) {
  const call = limit.execute(() => sleep(20 + (n % 10), { world }));
  await world.advance('50ms');
  await call;
}
console.log('after 300 calls of 20 to 29 ms it gets', Math.round(limit.limit), 'ms');
console.log('a call that hangs is ended early:', limit.limit < 100);
