// Ends with: with twice as many it is open
// An adaptive breaker learns what share of failures is normal, and opens when there are significantly more.
import { ManualWorld } from '@holdfast/core';
import { adaptiveBreaker } from '@holdfast/resilience';

const world = new ManualWorld({ seed: 4 });
const scanner = adaptiveBreaker({ world, name: 'scanner' });

async function scan(failureRate: number): Promise<void> {
  if (world.random.float() < failureRate) throw new Error('unreadable');
}

for (let n = 0; n < 2_000; n++) {
  await scanner.tryExecute(() => scan(0.3));
  await world.advance('10ms');
}
console.log(`30 % fail every day: it is ${scanner.state}`);
for (let n = 0; n < 400; n++) await scanner.tryExecute(() => scan(0.6));
console.log(`with twice as many it is ${scanner.state}`);
