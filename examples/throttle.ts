// Ends with: while it is down: 100 wanted, few sent
// A throttle sends less to a backend that refuses, the less the more it refuses, and never stops altogether.
import { ManualWorld } from '@holdfast/core';
import { throttle } from '@holdfast/resilience';

const world = new ManualWorld({ seed: 9 });
const backend = throttle({ world });

let works = true;
let sent = 0;
async function call(): Promise<void> {
  sent++;
  if (!works) throw new Error('overloaded');
}
async function hundred(): Promise<number> {
  sent = 0;
  for (let n = 0; n < 100; n++) {
    await backend.tryExecute(call);
    await world.advance('100ms');
  }
  return sent;
}

console.log(`while it works: 100 wanted, ${await hundred()} sent`);
works = false;
console.log(`as it goes down: 100 wanted, ${await hundred()} sent`);
for (let n = 0; n < 10; n++) await hundred();
const late = await hundred();
console.log(`while it is down: 100 wanted, ${late < 50 ? 'few' : late} sent`);
