import { Cause, Duration, Effect, Schedule, Semaphore } from 'effect';
import { CircuitBreaker, RateLimiter } from 'effect/persistence';
import { versions } from '../../peers.ts';
import { type Breaker, type Guard, IgnoredError, type RetryOptions, type Subject } from '../scenario.ts';

type Call = Effect.Effect<unknown, unknown>;
type Layer = (call: Call) => Call;

export const effectSubject: Subject = {
  name: 'effect',
  version: versions.effect,
  capabilities: {
    breaker: (options) => ({ ...guard(breaker(options)), advice }),
    retry: (options) => guard(retry(options)),
    retryAroundBreaker: ({ openMilliseconds, ...options }) => {
      const around = retry(options);
      const inside = breaker({ failures: 1, openMilliseconds });
      return guard((call) => around(inside(call)));
    },
    bulkhead: ({ maxConcurrent }) => guard(withoutQueue(maxConcurrent)),
    // Its queue has no bound.
    queue: ({ maxConcurrent }) => guard(Semaphore.makeUnsafe(maxConcurrent).withPermit),
    timeout: (milliseconds) => guard(Effect.timeout(Duration.millis(milliseconds))),
    chain: () => makeChain(),
    abortableChain: () => makeChain(),
    limiter({ limit, periodMilliseconds }) {
      const limiter = Effect.runSync(RateLimiter.make.pipe(Effect.provide(RateLimiter.layerStoreMemory)));
      const check = limiter
        .consume({ key: 'key', limit, window: Duration.millis(periodMilliseconds), onExceeded: 'fail' })
        .pipe(
          Effect.as(true),
          Effect.catch(() => Effect.succeed(false)),
        );
      return () => Effect.runPromise(check);
    },
  },
};

function guard(layer: Layer): Guard {
  return {
    execute: <T>(operation: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal) =>
      Effect.runPromise(
        layer(Effect.tryPromise({ try: operation, catch: (error) => error })),
        signal && { signal },
      ) as Promise<T>,
  };
}

function makeChain(): Guard {
  const around = retry({ maxAttempts: 2, delayMilliseconds: 1 });
  const guarded = breaker({ failures: 5, openMilliseconds: 1_000 });
  const semaphore = Semaphore.makeUnsafe(10);
  return guard((call) =>
    around(guarded(semaphore.withPermit(call.pipe(Effect.timeout(Duration.seconds(1)))))),
  );
}

function breaker({ failures, openMilliseconds }: { failures: number; openMilliseconds: number }): Layer {
  const made = Effect.runSync(
    CircuitBreaker.make({
      tripPolicy: CircuitBreaker.consecutive(failures),
      openDuration: Duration.millis(openMilliseconds),
    }).pipe(Effect.provide(CircuitBreaker.layerStoreMemory()), Effect.scoped),
  );
  return made.execute({
    key: 'scenario',
    classify(exit) {
      if (exit._tag === 'Success') return CircuitBreaker.success;
      return Cause.squash(exit.cause) instanceof IgnoredError
        ? CircuitBreaker.ignored
        : CircuitBreaker.failure();
    },
  });
}

function retry({ maxAttempts, delayMilliseconds }: RetryOptions): Layer {
  return Effect.retry({
    schedule: Schedule.spaced(Duration.millis(delayMilliseconds)),
    times: maxAttempts - 1,
  });
}

function withoutQueue(maxConcurrent: number): Layer {
  const semaphore = Semaphore.makeUnsafe(maxConcurrent);
  return (call) =>
    semaphore
      .withPermitsIfAvailable(1)(call)
      .pipe(
        Effect.flatMap((answer) =>
          answer._tag === 'Some' ? Effect.succeed(answer.value) : Effect.fail('full'),
        ),
      );
}

function advice(refusal: unknown): ReturnType<Breaker['advice']> {
  const { reason } = refusal as CircuitBreaker.CircuitBreakerError;
  if (reason._tag !== 'CircuitOpen') return {};
  return { retryAfterMilliseconds: Duration.toMillis(reason.retryAfter), name: reason.key };
}
