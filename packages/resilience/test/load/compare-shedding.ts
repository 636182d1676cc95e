import { AdaptiveLimit } from '../../src/adaptive/adaptive-limit.ts';
import { LimiterCore } from '../../src/adaptive/limiter-core.ts';
import { ShedderCore } from '../../src/adaptive/shedder-core.ts';
import { sheddingProfile } from './profiles.ts';
import { type LoadReport, simulate } from './simulate.ts';

/** An adaptive limit under three times the load it can take, with a shedder before it or without. */
export function runShedding(shed: boolean): LoadReport {
  return simulate(sheddingProfile, (world) => {
    const limiter = new LimiterCore(new AdaptiveLimit({ initial: 20, min: 1, max: 200 }));
    const shedder = new ShedderCore({ priorities: 4, loadMax: 0.9, interval: 100_000 });
    const random = world.random.fork('shedder');
    return {
      enter: (now, priority) => {
        const load = limiter.inFlight / limiter.limit;
        if (shed && !shedder.admit(priority, load, now, random)) return undefined;
        return limiter.enter(now) ? now : undefined;
      },
      exit: (startedAt, now, end) => limiter.exit(startedAt, now, end),
      get limit() {
        return limiter.limit;
      },
    };
  });
}

/** Share of each priority's calls that were refused. */
export function lossesOf({ priorities }: LoadReport): readonly number[] {
  return priorities.map(({ offered, refused }) => refused / offered);
}
