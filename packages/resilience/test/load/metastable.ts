import { ManualWorld, Timer, toMicros } from '@holdfast/core';
import { concurrencyLimit } from '../../src/adaptive/concurrency-limit.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { pipeline } from '../../src/pipeline/pipeline.ts';
import { constant } from '../../src/retry/backoff.ts';
import { retry } from '../../src/retry/retry.ts';
import { RetryBudget } from '../../src/retry/retry-budget.ts';
import { timeout } from '../../src/timeout/timeout.ts';
import { scheduleConditions } from './conditions.ts';
import { drawExponential } from './draw.ts';
import type { LoadProfile } from './profile.ts';
import { metastableProfile } from './profiles.ts';
import { SimulatedService } from './simulated-service.ts';

const maxAttempts = metastableProfile.retries + 1;
const backoff = constant('50ms');

/** The contestants, made of the real policies: what many do, and the same with a limit and a retry budget. */
export const clients: Readonly<Record<string, (world: ManualWorld) => Pipeline<string, unknown>>> = {
  naive: (world) =>
    pipeline(retry({ world, maxAttempts, backoff }), timeout(metastableProfile.timeout, { world })),
  holdfast: (world) =>
    pipeline(
      retry({ world, maxAttempts, backoff, budget: new RetryBudget({ world }) }),
      concurrencyLimit({ world }),
      timeout(metastableProfile.timeout, { world }),
    ),
};

/** Successes in each quarter of a second. */
export async function runMetastable(
  name: string,
  profile: LoadProfile = metastableProfile,
): Promise<number[]> {
  const world = new ManualWorld({ seed: profile.seed });
  const service = new SimulatedService(world, profile.start, world.random.fork('service'));
  scheduleConditions(world, profile, (conditions) => {
    service.conditions = conditions;
    service.serve();
  });
  const calls = clients[name]!(world);
  const successes: number[] = [];
  const arrivals = new Arrivals(world, service, () => {
    const call = calls.tryExecute(() => new Promise<boolean>((resolve) => service.submit(resolve)));
    call.then(({ ok }) => {
      const quarter = Math.floor(world.clock.now() / quarterMicros);
      if (ok) successes[quarter] = (successes[quarter] ?? 0) + 1;
    });
  });
  arrivals.schedule();
  await world.advance(profile.duration);
  return Array.from({ length: successes.length }, (_, quarter) => successes[quarter] ?? 0);
}

/** Clients that call as a Poisson process. */
class Arrivals extends Timer {
  private readonly world: ManualWorld;
  private readonly service: SimulatedService;
  private readonly call: () => void;

  constructor(world: ManualWorld, service: SimulatedService, call: () => void) {
    super();
    this.world = world;
    this.service = service;
    this.call = call;
  }

  schedule(): void {
    const between = (1_000_000 / this.service.conditions.offered) * drawExponential(this.world.random);
    this.world.timers.arm(this, this.world.clock.now() + Math.max(1, Math.round(between)));
  }

  override fire(): void {
    this.schedule();
    this.call();
  }
}

const quarterMicros = 250_000;
/** How many quarters of a second are looked at together: single ones are noisy. */
const smoothed = 4;

/**
 * Seconds from the end of the cause to the time from which on every second serves nine tenths of the load;
 * undefined if that never comes.
 */
export function recoveryOf(successes: readonly number[]): number | undefined {
  const { start, changes, duration } = metastableProfile;
  const quarters = toMicros(duration) / quarterMicros;
  const wanted = 0.9 * start.offered * ((smoothed * quarterMicros) / 1_000_000);
  const causeEnds = toMicros(changes.at(-1)!.at) / quarterMicros;
  let recovered = quarters;
  for (let from = quarters - smoothed; from >= causeEnds; from--) {
    let sum = 0;
    for (let quarter = from; quarter < from + smoothed; quarter++) sum += successes[quarter] ?? 0;
    if (sum < wanted) break;
    recovered = from;
  }
  return recovered === quarters ? undefined : ((recovered - causeEnds) * quarterMicros) / 1_000_000;
}
