// Ends with: after a second: ok, ok, RATE_LIMITED
// A rate limiter lets so many calls through in a period, and says when there is room again.
import { ManualWorld } from '@holdfast/core';
import { rateLimiter } from '@holdfast/resilience';

const world = new ManualWorld();
const partner = rateLimiter({ world, name: 'partner API', limit: 2, period: '1s' });

async function threeCalls(): Promise<string> {
  const answers: string[] = [];
  for (let n = 0; n < 3; n++) {
    const outcome = await partner.tryExecute(() => 'ok');
    answers.push(outcome.ok ? outcome.value : outcome.error.code);
    if (!outcome.ok) console.log(`${outcome.error.message}`);
  }
  return answers.join(', ');
}

console.log('at first:', await threeCalls());
await world.advance('1s');
console.log('after a second:', await threeCalls());
