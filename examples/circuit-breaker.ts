// Ends with: 7s later: the probe answered, the breaker is closed
// A circuit breaker stops calling what does not work, and finds out by a probe when it works again.
import { ManualWorld } from '@holdfast/core';
import { circuitBreaker } from '@holdfast/resilience';

const world = new ManualWorld();
const breaker = circuitBreaker({ world, name: 'payments', consecutiveFailures: 3, openDuration: '5s' });

let works = false;
async function charge(): Promise<string> {
  if (!works) throw new Error('connection refused');
  return 'charged';
}

for (let n = 1; n <= 4; n++) {
  const outcome = await breaker.tryExecute(charge);
  if (!outcome.ok) console.log(`call ${n}: ${outcome.error.code}: ${outcome.error.message}`);
}
works = true;
await world.advance('7s');
await breaker.execute(charge);
console.log(`7s later: the probe answered, the breaker is ${breaker.state}`);
