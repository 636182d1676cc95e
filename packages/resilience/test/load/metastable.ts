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

const quarterMicros = 250_000;

/** What happened in a quarter of a second. */
export interface Quarter {
  calls: number;
  successes: number;
}

/** Lets the clients `name` go through `profile`. */
export async function runMetastable(
  name: string,
  profile: LoadProfile = metastableProfile,
): Promise<readonly Quarter[]> {
  const world = new ManualWorld({ seed: profile.seed });
  const service = new SimulatedService(world, profile.start, world.random.fork('service'));
  scheduleConditions(world, profile, (conditions) => {
    service.conditions = conditions;
    service.serve();
  });
  const calls = clients[name]!(world);
  const quarters = Array.from({ length: toMicros(profile.duration) / quarterMicros + 1 }, () => ({
    calls: 0,
    successes: 0,
  }));
  const quarterNow = (): Quarter => quarters[Math.floor(world.clock.now() / quarterMicros)]!;
  const arrivals = new Arrivals(world, service, () => {
    quarterNow().calls++;
    const call = calls.tryExecute(() => new Promise<boolean>((resolve) => service.submit(resolve)));
    call.then(({ ok }) => {
      if (ok) quarterNow().successes++;
    });
  });
  arrivals.schedule();
  await world.advance(profile.duration);
  return quarters;
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

/** How many quarters of a second are looked at together: single ones are noisy. */
const smoothed = 4;

/**
 * Seconds from the end of the cause to the time from which on, in every second, nine tenths as many calls succeed as
 * come; undefined if that never happens.
 */
export function recoveryOf(quarters: readonly Quarter[]): number | undefined {
  const causeEnds = toMicros(metastableProfile.changes.at(-1)!.at) / quarterMicros;
  const last = quarters.length - 1 - smoothed;
  let recovered: number | undefined;
  for (let from = last; from >= causeEnds; from--) {
    const second = quarters.slice(from, from + smoothed);
    const calls = second.reduce((sum, quarter) => sum + quarter.calls, 0);
    const successes = second.reduce((sum, quarter) => sum + quarter.successes, 0);
    if (successes < 0.9 * calls) break;
    recovered = from;
  }
  return recovered === undefined ? undefined : ((recovered - causeEnds) * quarterMicros) / 1_000_000;
}
