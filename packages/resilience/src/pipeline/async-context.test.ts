// Goal: whatever wakes a call up, its operation goes on in its caller's chain of asynchronous calls, with the caller's
// deadline, trace and user. Method: timers are advanced, and neighbours finish, in somebody else's chain.
import { AsyncLocalStorage } from 'node:async_hooks';
import { currentDeadline, Deadline, ManualWorld, runWithDeadline } from '@holdfast/core';
import { expect, test } from 'vitest';
import { fallback } from '../fallback/fallback.ts';
import { coalesce } from '../hedging/coalesce.ts';
import { hedge } from '../hedging/hedge.ts';
import { constant } from '../retry/backoff.ts';
import { retry } from '../retry/retry.ts';
import { timeout } from '../timeout/timeout.ts';
import { pipeline } from './pipeline.ts';

const world = new ManualWorld();
const user = new AsyncLocalStorage<string>();
const never = new Promise<never>(() => {});

function advanceAsSomebodyElse(): Promise<void> {
  return user.run('somebody else', () =>
    runWithDeadline(Deadline.after('1h', world), () => world.advance('1m')),
  );
}

const chains = {
  'retry after a wait': pipeline(retry({ world, maxAttempts: 3, backoff: constant('1s') })),
  'retry after a time-out': pipeline(
    retry({ world, maxAttempts: 3, backoff: constant('1s') }),
    timeout('2s', { world }),
  ),
  'retry at once after a time-out': pipeline(
    retry({ world, maxAttempts: 3, backoff: constant(0) }),
    timeout('2s', { world }),
  ),
  'hedge with a retry inside': pipeline(
    timeout('30s', { world }),
    hedge({ world, delay: '1s', maxAttempts: 2 }),
    retry({ world, maxAttempts: 2, backoff: constant('1s') }),
  ),
  'retry around shared runs': pipeline(
    retry({ world, maxAttempts: 3, backoff: constant('1s') }),
    coalesce({ world }),
  ),
};

test.each(Object.entries(chains))('%s', async (name, chain) => {
  const seen: [string | undefined, Deadline | undefined][] = [];
  const call = user.run('ada', () =>
    chain.tryExecute(
      async () => {
        seen.push([user.getStore(), currentDeadline()]);
        if (name.includes('time-out')) await never;
        throw new Error('down');
      },
      { key: 'a' },
    ),
  );
  await advanceAsSomebodyElse();
  expect((await call).ok).toBe(false);
  expect(seen.length).toBeGreaterThanOrEqual(3);
  for (const each of seen) expect(each).toEqual(['ada', undefined]);
});

test('each caller of a shared run goes on as itself, also in a fallback after a time-out', async () => {
  const chain = pipeline(
    fallback(() => user.getStore(), { world }),
    coalesce({ world }),
    timeout('1s', { world }),
  );
  const calls = ['ada', 'bob'].map((name) => user.run(name, () => chain.execute(() => never, { key: 'a' })));
  await advanceAsSomebodyElse();
  expect(await Promise.all(calls)).toEqual(['ada', 'bob']);
});
