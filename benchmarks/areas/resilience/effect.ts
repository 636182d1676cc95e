import { Duration, Effect, Schedule, Semaphore } from 'effect';
import { CircuitBreaker, RateLimiter } from 'effect/persistence';
import type { Library, Workload } from '../../harness/area.ts';
import { awaited, consume, measured } from '../../harness/workload.ts';
import { versions } from '../../peers.ts';
import { bundledBytes } from './bundled-bytes.ts';
import { operation } from './operation.ts';
import * as settings from './settings.ts';

type Program = Effect.Effect<number, unknown>;

const bare: Program = Effect.promise(operation);
const breaker = await Effect.runPromise(
  CircuitBreaker.make({
    tripPolicy: CircuitBreaker.rate({ threshold: settings.failureRate, size: settings.windowCalls }),
    openDuration: Duration.millis(settings.openMilliseconds),
  }).pipe(Effect.provide(CircuitBreaker.layerStoreMemory()), Effect.scoped),
);

const programs = {
  chain: () => chained(bare),
  'chain-heap': () => chained(bare),
  'chain-signal': () => chained(Effect.promise((signal) => (signal.aborted ? operation() : operation()))),
  breaker: () => bare.pipe(breaker.execute({ key: 'bench' })),
  timeout: () => bare.pipe(Effect.timeout(Duration.millis(settings.timeoutMilliseconds))),
  refusal: () => refused(),
  limiter: () => limited(),
} as const;

/** A fiber for each call: how a service that is not written in Effect uses it. */
export const effectPerCall: Library = {
  name: 'effect',
  version: versions.effect,
  subjects: {
    ...subjects((program) => awaited(() => Effect.runPromise(program))),
    'size-min': () =>
      measured(() =>
        bundledBytes(
          `export { retry, runPromise, tryPromise } from 'effect/Effect';
           export { exponential } from 'effect/Schedule';
           export { make, rate, layerStoreMemory } from 'effect/persistence/CircuitBreaker'`,
        ),
      ),
  },
};

/** All calls in one fiber: its home ground. */
export const effectInOneFiber: Library = {
  name: 'effect-one-fiber',
  version: versions.effect,
  subjects: subjects((program) => ({
    async run(calls: number): Promise<void> {
      let sum = 0;
      await Effect.runPromise(
        Effect.gen(function* () {
          for (let i = 0; i < calls; i++) sum += yield* program;
        }),
      );
      consume(sum);
    },
  })),
};

function subjects(repeat: (program: Program) => Workload): Record<string, () => Promise<Workload>> {
  return Object.fromEntries(
    Object.entries(programs).map(([name, make]) => [name, async () => repeat(await make())]),
  );
}

function chained(call: Program): Program {
  const semaphore = Semaphore.makeUnsafe(settings.maxConcurrent);
  return call.pipe(
    Effect.timeout(Duration.millis(settings.timeoutMilliseconds)),
    semaphore.withPermit,
    breaker.execute({ key: 'bench' }),
    Effect.retry({ schedule: Schedule.exponential(Duration.millis(100)), times: settings.maxAttempts - 1 }),
  );
}

/** A breaker that one failure opened. */
async function refused(): Promise<Program> {
  const brittle = await Effect.runPromise(
    CircuitBreaker.make({
      tripPolicy: CircuitBreaker.consecutive(1),
      openDuration: Duration.millis(settings.openMilliseconds * 100),
    }).pipe(Effect.provide(CircuitBreaker.layerStoreMemory()), Effect.scoped),
  );
  const key = { key: 'bench' };
  await Effect.runPromise(Effect.fail('down').pipe(brittle.execute(key), Effect.ignore));
  return bare.pipe(
    brittle.execute(key),
    Effect.catch(() => Effect.succeed(1)),
  );
}

async function limited(): Promise<Program> {
  const limiter = await Effect.runPromise(
    RateLimiter.make.pipe(Effect.provide(RateLimiter.layerStoreMemory)),
  );
  return limiter
    .consume({
      algorithm: 'token-bucket',
      window: '1 second',
      limit: settings.permitsPerSecond,
      key: 'bench',
    })
    .pipe(Effect.map(() => 1));
}
