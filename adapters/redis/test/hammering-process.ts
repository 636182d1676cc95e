// A process that calls as fast as it can under a limit shared with others, and reports what it was granted.
import { distributedRateLimiter, type LimiterStore } from '@holdfast/resilience';
import { Redis } from 'ioredis';
import { redisLimiterStore } from '../src/index.ts';

/** What the parent asks for. */
export interface HammerOrder {
  readonly url: string;
  readonly name: string;
  readonly limit: number;
  readonly burst: number;
  readonly mode: 'exact' | 'leased';
  readonly leaseMax: number;
  readonly millis: number;
}

/** What came of it. Times are microseconds, of the machine's monotonic clock or of the server's. */
export interface HammerReport {
  /** When each granted call ran. */
  readonly ranAt: readonly number[];
  /** When, by the server's clock, permits were taken, and how many. */
  readonly takenAt: readonly (readonly [at: number, permits: number])[];
  readonly refused: number;
  readonly roundTrips: number;
}

process.once('message', async (order: HammerOrder) => {
  const report = await hammer(order);
  process.send?.(report, undefined, {}, () => process.disconnect());
});
process.send?.('ready');

async function hammer(order: HammerOrder): Promise<HammerReport> {
  const redis = new Redis(order.url);
  const store = redisLimiterStore(redis);
  const takenAt: [number, number][] = [];
  let roundTrips = 0;
  const counted: LimiterStore = {
    async take(...args) {
      roundTrips++;
      const taken = await store.take(...args);
      if (taken.permits > 0) takenAt.push([taken.at, taken.permits]);
      return taken;
    },
    async giveBack(...args) {
      roundTrips++;
      await store.giveBack(...args);
    },
    partitionOf: (key) => store.partitionOf(key),
  };
  const limiter = distributedRateLimiter({
    store: counted,
    name: order.name,
    limit: order.limit,
    period: '1s',
    burst: order.burst,
    mode: order.mode,
    ...(order.mode === 'leased' ? { leaseMax: order.leaseMax, leaseDuration: 200 } : undefined),
    storeTimeout: '5s',
    onStoreFailure: 'closed',
  });
  const ranAt: number[] = [];
  let refused = 0;
  const end = performance.now() + order.millis;
  const caller = async (): Promise<void> => {
    while (performance.now() < end) {
      const outcome = await limiter.tryExecute(() => {
        ranAt.push(Number(process.hrtime.bigint() / 1_000n));
      });
      if (!outcome.ok) {
        if (outcome.error.code !== 'RATE_LIMITED') throw outcome.error;
        refused++;
        // As a polite client would, but not quite: it comes early, to find a limiter that lets it through.
        await new Promise((resolve) => setTimeout(resolve, Math.min(5, (outcome.error.retryAfter ?? 0) / 2)));
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, caller));
  await limiter.returnLeases();
  await redis.quit();
  return { ranAt, takenAt, refused, roundTrips };
}
