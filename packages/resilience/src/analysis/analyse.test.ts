import { ManualWorld } from '@holdfast/core';
import { beforeEach, describe, expect, test } from 'vitest';
import { adaptiveTimeout } from '../adaptive/adaptive-timeout.ts';
import { circuitBreaker } from '../breaker/circuit-breaker.ts';
import { bulkhead } from '../bulkhead/bulkhead.ts';
import { fallback } from '../fallback/fallback.ts';
import { staleCache } from '../fallback/stale-cache.ts';
import { coalesce } from '../hedging/coalesce.ts';
import { hedge } from '../hedging/hedge.ts';
import { keyed } from '../keyed/keyed.ts';
import { Pipeline, pipeline } from '../pipeline/pipeline.ts';
import type { AnyPolicy } from '../pipeline/policy.ts';
import { protect } from '../presets/protect.ts';
import { rateLimiter } from '../rate-limit/rate-limiter.ts';
import { constant } from '../retry/backoff.ts';
import { retry } from '../retry/retry.ts';
import { timeout } from '../timeout/timeout.ts';
import { analyse } from './analyse.ts';
import type { FindingCode } from './finding.ts';

// Each finding is shown twice: that the analysis makes it, and, in simulated time, that what it says really happens.

let world: ManualWorld;
const never = new Promise<never>(() => {});

beforeEach(() => {
  world = new ManualWorld();
});

function retries(maxAttempts: number, name = 'retry') {
  return retry({ name, maxAttempts, backoff: constant('1s'), retryAfterMax: 0, world });
}

function codes(...policies: AnyPolicy[]): FindingCode[] {
  return analyse(new Pipeline(policies)).findings.map(({ code }) => code);
}

/** Counts how often a call with each of `policies` around an operation that behaves as `operation` runs it. */
async function attemptsOf(
  policies: AnyPolicy[],
  operation: (signal: AbortSignal) => unknown,
  key?: string,
): Promise<number> {
  let attempts = 0;
  const calls = new Pipeline(policies);
  const outcome = calls.tryExecute(
    ({ signal }) => {
      attempts++;
      return operation(signal);
    },
    key === undefined ? {} : { key },
  );
  await world.advance('1h');
  await Promise.race([outcome, Promise.resolve()]);
  return attempts;
}

const failing = () => Promise.reject(new Error('down'));

describe('the worst case', () => {
  test('adds up what comes after each other and overlaps what runs side by side', () => {
    const calls = pipeline(
      retries(3),
      circuitBreaker({ world }),
      bulkhead({ maxConcurrent: 10, maxQueue: 5, queueTimeout: '500ms', world }),
      timeout('1s', { world }),
    );
    expect(analyse(calls)).toEqual({ attempts: 3, latency: 6_500, concurrency: 10, findings: [] });

    const hedged = pipeline(
      bulkhead({ maxConcurrent: 10, world }),
      hedge({ delay: '200ms', maxAttempts: 3, world }),
      timeout('1s', { world }),
    );
    expect(analyse(hedged)).toMatchObject({ attempts: 3, latency: 1_400, concurrency: 30 });
  });

  test('is what a call really takes at most', async () => {
    const calls = pipeline(retries(3), timeout('1s', { world }));
    let settled = false;
    const call = calls
      .tryExecute(() => never)
      .finally(() => {
        settled = true;
      });
    await world.advance(analyse(calls).latency - 1);
    expect(settled).toBe(false);
    await world.advance(1);
    expect(settled).toBe(true);
    await call;
  });

  test('is infinite where nothing bounds it', () => {
    expect(analyse(pipeline(retries(2)))).toMatchObject({
      attempts: 2,
      latency: Infinity,
      concurrency: Infinity,
    });
  });

  test('counts the wait that a server may ask for', () => {
    const calls = pipeline(
      retry({ maxAttempts: 2, backoff: constant('1s'), retryAfterMax: '30s', world }),
      timeout('1s', { world }),
    );
    expect(analyse(calls).latency).toBe(32_000);
  });

  test('of a keyed bulkhead is that of all keys together', () => {
    const perTenant = keyed(() => bulkhead({ maxConcurrent: 2, world }), { maxKeys: 50, world });
    expect(analyse(pipeline(perTenant)).concurrency).toBe(100);
  });
});

test('the preset is found faultless', () => {
  expect(analyse(protect({ world })).findings).toEqual([]);
  expect(analyse(protect({ world, fallback: () => 'none' })).findings).toEqual([]);
});

test('findings come with the gravest first, and name the policies', () => {
  const calls = pipeline(
    circuitBreaker({ name: 'orders-breaker', world }),
    retries(3, 'orders-retry'),
    timeout('1s', { name: 'short', world }),
    timeout('2s', { name: 'long', world }),
  );
  const { findings } = analyse(calls);
  expect(findings.map(({ severity, policies }) => [severity, ...policies])).toEqual([
    ['error', 'short', 'long'],
    ['notice', 'orders-breaker', 'orders-retry'],
  ]);
  expect(findings[0]?.message).toBe(
    'short ends the call after 1s, so long (2s) inside it never does anything: make the inner one shorter.',
  );
});

describe('LATENCY_UNBOUNDED', () => {
  test('without any timeout', async () => {
    const breaker = circuitBreaker({ world });
    expect(codes(breaker)).toEqual(['LATENCY_UNBOUNDED']);
    const call = breaker.tryExecute(() => never);
    await world.advance('30d');
    expect(await Promise.race([call, 'still waiting'])).toBe('still waiting');
  });

  test('and with one that does not cover the queue', async () => {
    const places = bulkhead({ maxConcurrent: 1, maxQueue: 1, world });
    expect(analyse(pipeline(places, timeout('1s', { world }))).findings).toMatchObject([
      { code: 'LATENCY_UNBOUNDED', policies: ['bulkhead'] },
    ]);
    void places.tryExecute(() => never);
    const call = pipeline(places, timeout('1s', { world })).tryExecute(() => 1);
    await world.advance('30d');
    expect(await Promise.race([call, 'still waiting'])).toBe('still waiting');
    expect(codes(timeout('2s', { world }), places, timeout('1s', { world }))).toEqual([]);
  });
});

test('RETRY_WITHOUT_TIMEOUT: an attempt that hangs is not tried again', async () => {
  const policies = [timeout('1m', { world }), retries(3)];
  expect(codes(...policies)).toEqual(['RETRY_WITHOUT_TIMEOUT']);
  expect(await attemptsOf(policies, () => never)).toBe(1);
});

test('TIMEOUT_WITHOUT_EFFECT: the outer one ends the call', async () => {
  for (const inner of ['1s', '2s'] as const) {
    const calls = pipeline(timeout('1s', { name: 'outer', world }), timeout(inner, { name: 'inner', world }));
    expect(analyse(calls).findings).toMatchObject([{ code: 'TIMEOUT_WITHOUT_EFFECT', severity: 'error' }]);
    const call = calls.tryExecute(() => never);
    await world.advance('5s');
    expect(await call).toMatchObject({ error: { origin: { component: 'outer' } } });
  }
});

test('RETRIES_CUT_SHORT: it says how many whole attempts there are', async () => {
  const policies = [timeout('4s', { name: 'total', world }), retries(3), timeout('1s', { world })];
  const { findings } = analyse(new Pipeline(policies));
  expect(findings).toMatchObject([{ code: 'RETRIES_CUT_SHORT', policies: ['total', 'retry'] }]);
  expect(findings[0]?.message).toContain('only 2 of the 3');
  expect(findings[0]?.message).toContain('need 5s');
  expect(await attemptsOf(policies, () => never)).toBe(2);
  expect(codes(timeout('5s', { world }), retries(3), timeout('1s', { world }))).toEqual([]);
});

test('RETRIES_MULTIPLY: the outer one runs the inner one again', async () => {
  const policies = [
    retries(2, 'outer'),
    timeout('4s', { world }),
    retries(3, 'inner'),
    timeout('2s', { world }),
  ];
  expect(codes(...policies)).toContain('RETRIES_MULTIPLY');
  expect(await attemptsOf(policies, () => never)).toBe(4);
  const judged = (name: string, maxAttempts: number) =>
    retry({ name, maxAttempts, backoff: constant('1s'), judgeResult: () => 'failure', world });
  expect(await attemptsOf([judged('outer', 2), judged('inner', 3)], () => 503)).toBe(6);
  expect(await attemptsOf([retries(2, 'outer'), retries(3, 'inner')], failing)).toBe(3);
});

test('HEDGE_AROUND_RETRY: each hedge retries', async () => {
  const slowFailure = (signal: AbortSignal) =>
    new Promise((_, reject) => {
      const timer = timeout('1s', { world });
      void timer.tryExecute(() => never).then(() => reject(new Error('down')));
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  const policies = [hedge({ delay: '100ms', maxAttempts: 2, world }), retries(3), timeout('10s', { world })];
  expect(codes(...policies)).toEqual(['HEDGE_AROUND_RETRY']);
  expect(await attemptsOf(policies, slowFailure)).toBe(6);
});

test('HEDGE_SHARES_ITS_RUN: no second run starts', async () => {
  const hedging = () => hedge({ delay: '100ms', maxAttempts: 2, world });
  const inside = [hedging(), coalesce({ world }), timeout('10s', { world })];
  expect(codes(...inside)).toEqual(['HEDGE_SHARES_ITS_RUN']);
  expect(await attemptsOf(inside, () => never, 'key')).toBe(1);
  const outside = [coalesce({ world }), hedging(), timeout('10s', { world })];
  expect(codes(...outside)).toEqual([]);
  expect(await attemptsOf(outside, () => never, 'key')).toBe(2);
});

test('COALESCE_INSIDE_RETRY: calls that shared a run retry each for itself', async () => {
  const spread = {
    delay: (_: number, __: number, random: { below(n: number): number }) => random.below(1_000_000),
    delayMax: () => 1_000_000,
  };
  const runs = async (...policies: AnyPolicy[]) => {
    let count = 0;
    const calls = new Pipeline(policies);
    const outcomes = Array.from({ length: 5 }, () =>
      calls.tryExecute(
        () => {
          count++;
          return failing();
        },
        { key: 'key' },
      ),
    );
    await world.advance('1m');
    await Promise.all(outcomes);
    return count;
  };
  const again = () => retry({ maxAttempts: 2, backoff: spread, world });
  const limit = () => timeout('10s', { world });
  expect(codes(again(), coalesce({ world }), limit())).toEqual(['COALESCE_INSIDE_RETRY']);
  expect(await runs(again(), coalesce({ world }), limit())).toBe(6);
  expect(await runs(coalesce({ world }), again(), limit())).toBe(2);
});

test('BREAKER_OUTSIDE_RETRY: it counts calls, not attempts', async () => {
  const breaker = () => circuitBreaker({ consecutiveFailures: 3, world });
  const [outside, inside] = [breaker(), breaker()];
  const limit = timeout('1s', { world });
  expect(codes(outside, retries(3), limit)).toEqual(['BREAKER_OUTSIDE_RETRY']);
  expect(codes(retries(3), inside, limit)).toEqual([]);
  await attemptsOf([outside, retries(3), limit], failing);
  await attemptsOf([retries(3), inside, limit], failing);
  expect([outside.tally.calls, inside.state]).toEqual([0, 'half-open']);
});

describe('FALLBACK_HIDES_FAILURES', () => {
  test('from a retry, which does not try again', async () => {
    for (const substitute of [fallback(() => 'none', { world }), staleCache({ world })]) {
      if (substitute.kind === 'stale-cache') await substitute.execute(() => 'good', { key: 'key' });
      const policies = [retries(3), substitute, timeout('1s', { world })];
      expect(codes(...policies)).toEqual(['FALLBACK_HIDES_FAILURES']);
      expect(await attemptsOf(policies, failing, 'key')).toBe(1);
    }
  });

  test('and from a breaker, which does not open', async () => {
    const breaker = circuitBreaker({ consecutiveFailures: 1, world });
    const policies = [breaker, fallback(() => 'none', { world }), timeout('1s', { world })];
    expect(codes(...policies)).toEqual(['FALLBACK_HIDES_FAILURES']);
    await new Pipeline(policies).execute(failing);
    expect(breaker.state).toBe('closed');
  });
});

test('FALLBACK_MISSES_TIMEOUT: the call fails with TIMEOUT', async () => {
  const calls = pipeline(
    timeout('1s', { world }),
    fallback(() => 'none', { world }),
  );
  expect(analyse(calls).findings).toMatchObject([{ code: 'FALLBACK_MISSES_TIMEOUT' }]);
  const call = calls.tryExecute(() => never);
  await world.advance('1s');
  expect(await call).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
});

test('PERMIT_HELD_WHILE_WAITING: nobody gets in during the wait', async () => {
  const limit = timeout('1s', { world });
  const outside = bulkhead({ maxConcurrent: 1, world });
  expect(codes(outside, retries(2), limit)).toEqual(['PERMIT_HELD_WHILE_WAITING']);
  const call = pipeline(outside, retries(2), limit).tryExecute(failing);
  await world.advance('500ms');
  expect(await outside.tryExecute(() => 1)).toMatchObject({ error: { code: 'BULKHEAD_FULL' } });
  await world.advance('1s');
  await call;
});

test('RETRIES_NOT_COUNTED: more goes out than the limit allows', async () => {
  const limiter = () => rateLimiter({ limit: 2, period: '1h', world });
  const limit = timeout('1s', { world });
  expect(codes(limiter(), retries(3), limit)).toEqual(['RETRIES_NOT_COUNTED']);
  expect(await attemptsOf([limiter(), retries(3), limit], failing)).toBe(3);
  expect(codes(retries(3), limiter(), limit)).toEqual([]);
  expect(await attemptsOf([retries(3), limiter(), limit], failing)).toBe(2);
});

test('an adaptive timeout that is usually shorter than the one outside is no mistake', () => {
  expect(codes(timeout('1s', { world }), adaptiveTimeout({ max: '1s', world }))).toEqual([]);
});

test('SAME_POLICY_TWICE: a call is in its own way', async () => {
  const places = bulkhead({ maxConcurrent: 1, world });
  const calls = pipeline(places, timeout('1s', { world }), places);
  expect(analyse(calls).findings).toMatchObject([{ code: 'SAME_POLICY_TWICE', severity: 'error' }]);
  expect(await calls.tryExecute(() => 1)).toMatchObject({ error: { code: 'BULKHEAD_FULL' } });
});
