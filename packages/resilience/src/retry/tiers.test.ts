// Goal: retries of services that call each other do not multiply (the SRE book, Handling Overload: retry at one tier).
// Method: three services in a row, each with its retry and budget, whose errors cross as problem details; the calls
// that reach the store at the bottom are counted by budget window.
import { coreErrors, fromProblemDetails, ManualWorld, sleep, toProblemDetails } from '@holdfast/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Operation } from '../pipeline/outcome.ts';
import { type Backoff, constant, exponential } from './backoff.ts';
import { finalError } from './final-error.ts';
import { retry } from './retry.ts';
import { retryBudget } from './retry-budget.ts';

const ratio = 0.2;
const windowSeconds = 10;

interface Town {
  readonly world: ManualWorld;
  readonly request: () => Promise<boolean>;
  /** Calls that reached the store, by budget window. */
  readonly reached: number[];
}

/** Three services in front of a store that fails with a probability. */
function town(failureRate: number, backoff: Backoff, careful: boolean): Town {
  const world = new ManualWorld({ seed: 7 });
  const reached: number[] = [];
  let next = async (): Promise<string> => {
    const window = Math.floor(world.clock.now() / (windowSeconds * 1_000_000));
    reached[window] = (reached[window] ?? 0) + 1;
    if (world.random.float() < failureRate)
      throw coreErrors.create('UNEXPECTED', { message: 'store down', retryable: 'safe' });
    return 'value';
  };
  for (let tier = 0; tier < 3; tier++) {
    const budget = retryBudget({ world, ratio, minimum: 0, window: `${windowSeconds}s` });
    const calls = retry({ world, maxAttempts: 4, backoff, ...(careful && { budget }) });
    const below = next;
    next = () => overHttp(calls.execute(below as Operation<string>), careful);
  }
  return {
    world,
    reached,
    request: async () => {
      try {
        return (await next()) === 'value';
      } catch {
        return false;
      }
    },
  };
}

/** What the answer looks like to the caller of a service. */
async function overHttp(answer: Promise<string>, careful: boolean): Promise<string> {
  try {
    return await answer;
  } catch (error) {
    const { status, headers, body } = toProblemDetails(careful ? finalError(error) : error);
    throw fromProblemDetails({ status, headers, body: JSON.stringify(body) });
  }
}

describe('three tiers that retry', () => {
  test('without budgets, and without a word about retries, multiply: 4 x 4 x 4', async () => {
    const { request, reached } = town(1, constant(0), false);
    expect(await request()).toBe(false);
    expect(reached).toEqual([64]);
  });

  test('together stay within one budget in every window, in outages whole and partial', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(1, 0.9, 0.5, 0.2, 0.01),
        fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 5 }),
        async (failureRate, requestsByWindow) => {
          const { world, request, reached } = town(failureRate, constant(0), true);
          for (const [window, requests] of requestsByWindow.entries()) {
            await Promise.all(Array.from({ length: requests }, request));
            expect(reached[window] ?? 0).toBeLessThanOrEqual((1 + ratio) * requests);
            await world.advance(`${windowSeconds}s`);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('that wait between attempts stay within it over all', async () => {
    for (const failureRate of [1, 0.5]) {
      const { world, request, reached } = town(failureRate, exponential(), true);
      const requests = 300;
      const all = Promise.all(
        Array.from({ length: requests }, (_, n) => sleep(n * 100, { world }).then(request)),
      );
      await world.advance('2m');
      const answers = await all;
      const total = reached.reduce((sum, calls) => sum + calls, 0);
      expect(total).toBeLessThanOrEqual((1 + ratio) * requests);
      // The budget is there to be used: what can be saved by it is.
      if (failureRate < 1) expect(answers.filter(Boolean).length).toBeGreaterThan(150);
    }
  });

  test('a failure that no tier has retried stays as retryable as it is', () => {
    const error = coreErrors.create('UNEXPECTED', { message: 'down', retryable: 'safe' });
    expect(finalError(error)).toBe(error);
  });

  test('what is told of a failure that was retried is all that it was, but for retrying it', async () => {
    const error = coreErrors.create('UNEXPECTED', {
      message: 'down',
      retryable: 'safe',
      retryAfter: 5,
      context: { shard: 3 },
    });
    await retry({ maxAttempts: 1 }).tryExecute(() => Promise.reject(error));
    expect(finalError(error)).toMatchObject({
      code: 'UNEXPECTED',
      message: 'down',
      retryable: 'never',
      retryAfter: 5,
      context: { shard: 3 },
      cause: error,
    });
  });
});
