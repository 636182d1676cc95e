// Ends with: ada: ok, ada: ok, ada: RATE_LIMITED, bob: ok
// A limit for each key, exact and small: for millions of users, addresses or tenants.
import { ManualWorld } from '@holdfast/core';
import { keyedRateLimiter } from '@holdfast/resilience';

const users = keyedRateLimiter({ world: new ManualWorld(), limit: 2, period: '1m', keysMax: 1_000_000 });

const answers: string[] = [];
for (const user of ['ada', 'ada', 'ada', 'bob']) {
  const outcome = await users.tryExecute(() => 'ok', { key: user });
  answers.push(`${user}: ${outcome.ok ? outcome.value : outcome.error.code}`);
}
console.log(answers.join(', '));
