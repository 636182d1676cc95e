import { assert, type Duration } from '@holdfast/core';
import type { LimiterStore, StoredLimit } from './limiter-store.ts';

/** One promise of the {@link LimiterStore} contract. */
export interface LimiterStoreCase {
  readonly name: string;
  /**
   * Rejects unless the store keeps it. `key` must be new to the store; `sleep` lets the store's time pass.
   */
  run(store: LimiterStore, key: string, sleep: (duration: Duration) => Promise<void>): Promise<void>;
}

const hour = 3_600_000_000;
const second = 1_000_000;

function limitOf(algorithm: StoredLimit['algorithm'], limit: number, period: number): StoredLimit {
  return { algorithm, limit, period, burst: limit };
}

/**
 * What every engine of {@link LimiterStore} has to keep, as cases for any test runner:
 *
 *     for (const { name, run } of limiterStoreContract) test(name, () => run(store, randomKey(), sleep));
 */
export const limiterStoreContract: readonly LimiterStoreCase[] = (
  ['gcra', 'sliding-window'] as const
).flatMap((algorithm): LimiterStoreCase[] => [
  {
    name: `${algorithm}: grants the limit and not one more, however many ask at once`,
    async run(store, key) {
      const limit = limitOf(algorithm, 10, hour);
      const answers = await Promise.all(Array.from({ length: 50 }, () => store.take(key, 1, 1, limit)));
      equal(sum(answers), 10, 'permits granted to 50 who ask for one of 10');
      const refused = answers.filter(({ permits }) => permits === 0);
      assert(
        refused.every(({ retryAfter }) => retryAfter > 0 && retryAfter <= 2 * hour),
        'a refusal says how long to wait',
      );
    },
  },
  {
    name: `${algorithm}: grants again after exactly the wait it named`,
    async run(store, key, sleep) {
      // Nothing comes back between the two requests, unless the machine is held up for half a second.
      const limit = limitOf(algorithm, 4, second);
      await store.take(key, 4, 4, limit);
      const { permits, retryAfter } = await store.take(key, 2, 2, limit);
      equal(permits, 0, 'permits granted beyond the limit');
      await sleep(`${retryAfter}us`);
      equal((await store.take(key, 2, 2, limit)).permits, 2, 'permits granted after the wait');
    },
  },
  {
    name: `${algorithm}: takes all or nothing, or what it can get, as asked`,
    async run(store, key) {
      const limit = limitOf(algorithm, 10, hour);
      equal((await store.take(key, 7, 7, limit)).permits, 7, '7 of 10');
      equal((await store.take(key, 7, 7, limit)).permits, 0, '7 of the 3 left');
      equal((await store.take(key, 7, 1, limit)).permits, 3, 'up to 7 of the 3 left');
      equal((await store.take(key, 7, 1, limit)).permits, 0, 'up to 7 of none');
    },
  },
  {
    name: `${algorithm}: takes back unused permits, and no more than were used`,
    async run(store, key) {
      const limit = limitOf(algorithm, 10, hour);
      const { at } = await store.take(key, 8, 8, limit);
      await store.giveBack(key, 5, at, limit);
      equal((await store.take(key, 10, 1, limit)).permits, 7, 'what is to be had after giving back 5 of 8');
      await store.giveBack(key, 1_000, at, limit);
      equal(
        (await store.take(key, 10, 1, limit)).permits,
        10,
        'what is to be had after giving back too much',
      );
    },
  },
  {
    name: `${algorithm}: keeps keys apart`,
    async run(store, key) {
      const limit = limitOf(algorithm, 5, hour);
      await store.take(key, 5, 5, limit);
      equal((await store.take(`${key}:other`, 5, 5, limit)).permits, 5, 'permits of another key');
      const partition = store.partitionOf(key);
      assert(Number.isSafeInteger(partition) && partition >= 0, 'a partition is a whole number from 0');
      equal(store.partitionOf(key), partition, 'the partition of a key stays the same');
    },
  },
  {
    name: `${algorithm}: follows a limit that changes`,
    async run(store, key) {
      await store.take(key, 5, 5, limitOf(algorithm, 5, hour));
      const raised = await store.take(key, 100, 1, limitOf(algorithm, 100, hour));
      assert(
        raised.permits > 0 && raised.permits <= 95,
        'a raised limit gives room for the difference at most',
      );
      const lowered = await store.take(key, 1, 1, limitOf(algorithm, 3, hour));
      equal(lowered.permits, 0, 'permits of a limit lowered below what is used');
    },
  },
  {
    name: `${algorithm}: does not round limits that do not divide`,
    async run(store, key, sleep) {
      // 7 permits in 700,001 us: rounding an interval to microseconds would lose or win permits in the long run.
      const limit = limitOf(algorithm, 7, 700_001);
      await store.take(key, 7, 7, limit);
      const { retryAfter } = await store.take(key, 7, 7, limit);
      assert(retryAfter <= 2 * 700_001, 'the wait for all permits is at most two periods');
      await sleep(`${retryAfter}us`);
      equal((await store.take(key, 7, 7, limit)).permits, 7, 'all permits after that wait');
    },
  },
]);

function sum(answers: readonly { readonly permits: number }[]): number {
  return answers.reduce((total, { permits }) => total + permits, 0);
}

function equal(actual: number, expected: number, what: string): void {
  assert(actual === expected, `${what}: ${actual}, but it has to be ${expected}`);
}
