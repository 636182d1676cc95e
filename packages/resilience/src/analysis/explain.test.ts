import { errorFromJson, ManualWorld, remoteErrors } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { circuitBreaker } from '../breaker/circuit-breaker.ts';
import { bulkhead } from '../bulkhead/bulkhead.ts';
import { resilienceErrors } from '../errors.ts';
import { fallback } from '../fallback/fallback.ts';
import { pipeline } from '../pipeline/pipeline.ts';
import { timeout } from '../timeout/timeout.ts';
import { adviceFor } from './advice.ts';
import { explain } from './explain.ts';

const never = new Promise<never>(() => {});

async function openBreakerError(): Promise<unknown> {
  const world = new ManualWorld();
  const breaker = circuitBreaker({ name: 'payments', consecutiveFailures: 2, openDuration: '5s', world });
  const fail = () => Promise.reject(new Error('connection refused'));
  await breaker.tryExecute(fail);
  await breaker.tryExecute(fail);
  await world.advance('1s');
  return breaker.execute(fail).catch((error: unknown) => error);
}

describe('the explanation of a refusal', () => {
  test('says which policy decided, on which numbers, and what to do', async () => {
    expect(explain(await openBreakerError())).toEqual({
      code: 'BREAKER_OPEN',
      policy: 'payments',
      kind: 'circuit-breaker',
      because: expect.stringContaining('payments is open (consecutive-failures: of 2 calls 2 failed'),
      numbers: { state: 'open', reason: 'consecutive-failures', calls: 2, failures: 2, slowCalls: 0 },
      retryAfter: 4_000,
      attempt: 0,
      elapsed: undefined,
      executed: 'no',
      advice: expect.stringMatching(/fallback until it works\. Try again after 4s\.$/),
      causes: [],
      text: expect.stringMatching(
        /^BREAKER_OPEN by payments \(circuit-breaker\): .* \[state=open .*calls=2 .*retryAfter=4s executed=no\] Do not/,
      ),
    });
  });

  test('is the same for the error that came as JSON', async () => {
    const error = await openBreakerError();
    expect(explain(errorFromJson(JSON.parse(JSON.stringify(error))))).toEqual(explain(error));
  });

  test('tells of a timeout when it struck', async () => {
    const world = new ManualWorld();
    const call = timeout('250ms', { world }).tryExecute(() => never);
    await world.advance('250ms');
    const outcome = await call;
    expect(outcome.ok || explain(outcome.error)).toMatchObject({
      code: 'TIMEOUT',
      numbers: { limit: 250 },
      attempt: 1,
      elapsed: 250,
      executed: 'maybe',
    });
  });

  test('tells of a bulkhead how full it was', async () => {
    const places = bulkhead({ maxConcurrent: 1 });
    void places.tryExecute(() => never);
    const outcome = await places.tryExecute(() => 1);
    expect(outcome.ok || explain(outcome.error)).toMatchObject({ numbers: { inUse: 1, queued: 0 } });
  });
});

describe('the explanation of a failure with causes', () => {
  test('of the operation itself leads to what it threw', async () => {
    const thrown = remoteErrors.create('REMOTE_UNAVAILABLE', { message: 'HTTP 503', retryAfter: 1_500 });
    const outcome = await timeout('1s').tryExecute(() => Promise.reject(thrown));
    const explanation = explain(outcome.ok || outcome.error);
    expect(explanation).toMatchObject({
      code: 'OPERATION_FAILED',
      retryAfter: 1_500,
      causes: [{ code: 'REMOTE_UNAVAILABLE', because: 'HTTP 503', causes: [] }],
    });
    expect(explanation.text.split('\n')).toEqual([
      expect.stringMatching(/^OPERATION_FAILED: the operation failed: HTTP 503/),
      expect.stringMatching(/^ {2}caused by REMOTE_UNAVAILABLE: HTTP 503/),
    ]);
  });

  test('of a fallback leads to both failures, and further', async () => {
    const calls = pipeline(
      fallback(() => {
        throw new Error('no substitute', { cause: new Error('disk full') });
      }),
    );
    const error = await calls.execute(() => Promise.reject(new Error('down'))).catch((e: unknown) => e);
    const { code, causes, text } = explain(error);
    expect([code, causes.map(({ because }) => because)]).toEqual([
      'FALLBACK_FAILED',
      ['Error: down', 'Error: no substitute'],
    ]);
    expect(text.split('\n').map((line) => line.match(/^ */)?.[0].length)).toEqual([0, 2, 2, 4]);
  });

  test('ends where causes go in circles, and holds whatever is thrown', () => {
    const circular = new Error('a');
    circular.cause = new Error('b', { cause: circular });
    expect(explain(circular).causes).toMatchObject([{ because: 'Error: b', causes: [] }]);
    for (const thrown of [undefined, null, 'text', 7, Symbol('s'), Proxy.revocable({}, {}).proxy]) {
      expect(explain(thrown)).toMatchObject({ code: 'UNEXPECTED', causes: [] });
    }
    const hostile = new Error('x');
    Object.defineProperty(hostile, 'cause', {
      get() {
        throw new Error('do not look');
      },
    });
    expect(explain(hostile).causes).toEqual([]);
  });

  test('nobody forges a line of a log', () => {
    expect(explain(new Error('first\nsecond\r\nthird\u2028fourth')).text).not.toMatch(/[\n\r\u2028]/);
  });
});

test('there is advice for every code of the catalogue', () => {
  for (const definition of Object.values(resilienceErrors.definitions)) {
    const error = resilienceErrors.create(definition.code, { message: 'x' });
    expect(adviceFor(error), definition.code).not.toMatch(/^(Do not repeat it|Repeating|Repeat it only)/);
  }
});
