import { describe, expect, test, vi } from 'vitest';
import { runBreaker } from './compare-breakers.ts';
import { type LimitResult, runLimit } from './compare-limits.ts';
import { lossesOf, runShedding } from './compare-shedding.ts';
import { runTimeout } from './compare-timeouts.ts';
import { clients, recoveryOf, runMetastable } from './metastable.ts';
import { faultProfiles, limitProfiles, metastableProfile, timeoutProfiles } from './profiles.ts';

// Goal: what docs/adaptive.md says of the policies and their rivals stays true, losses included.
// Method: the same runs, each profile with its own seeds, so that nothing here is a matter of luck.

function named<Profile extends { readonly name: string }>(
  profiles: readonly Profile[],
  name: string,
): Profile {
  const profile = profiles.find((candidate) => candidate.name === name);
  if (profile === undefined) throw new Error(`there is no profile ${name}`);
  return profile;
}

function limited(profile: string, ...algorithms: readonly string[]): LimitResult[] {
  return algorithms.map((algorithm) => runLimit(named(limitProfiles, profile), algorithm));
}

/** How far the settled limit is from the best one, in the worst of the phases of "capacity steps". */
function furthestFromBest(algorithm: string): number {
  const [{ settled }] = limited('capacity steps', algorithm) as [LimitResult];
  return Math.max(...settled.map((ratio) => Math.abs(ratio - 1)));
}

/** The runs are long, and other tests may keep the machine busy. */
vi.setConfig({ testTimeout: 60_000 });

describe('concurrency limits', () => {
  test.each(['threefold', 'tenfold', 'heavy tail', 'retrying clients'])(
    'adaptive beats Gradient2 and Vegas under the load "%s"',
    (profile) => {
      const [adaptive, gradient2, vegas] = limited(profile, 'adaptive', 'gradient2', 'vegas');
      expect(adaptive!.power).toBeGreaterThan(gradient2!.power);
      expect(adaptive!.power).toBeGreaterThan(vegas!.power);
      expect(adaptive!.goodput).toBeGreaterThan(0.95);
    },
  );

  test('adaptive keeps 95 % of the capacity at ten times the load, with a 99th percentile near the unloaded one', () => {
    const [adaptive] = limited('tenfold', 'adaptive');
    expect(adaptive!.goodput).toBeGreaterThan(0.95);
    expect(adaptive!.p99).toBeLessThan(2 * 93_000);
  });

  test('adaptive settles within 15 % of the best limit 5 s after steps of the capacity', () => {
    expect(furthestFromBest('adaptive')).toBeLessThan(0.15);
  });

  test.each(['gradient2', 'vegas', 'aimd', 'fixed'])('%s does not', (rival) => {
    expect(furthestFromBest(rival)).toBeGreaterThan(0.15);
  });

  test('adaptive refuses nothing that a service with half of its load could do', () => {
    const [adaptive] = limited('half load', 'adaptive');
    expect(adaptive!.goodput).toBeGreaterThan(0.99);
  });

  test('a dependency that becomes slow costs Vegas and Gradient2 more than a quarter, and adaptive a tenth', () => {
    const [adaptive, gradient2, vegas] = limited('slow dependency', 'adaptive', 'gradient2', 'vegas');
    expect(adaptive!.goodput).toBeGreaterThan(0.88);
    expect(gradient2!.goodput).toBeLessThan(0.75);
    expect(vegas!.goodput).toBeLessThan(0.75);
  });

  test('where the service itself gets slower, Vegas wins; near capacity, the fixed limit that knows it', () => {
    const [adaptive, vegas] = limited('slow service', 'adaptive', 'vegas');
    expect(vegas!.power).toBeGreaterThan(adaptive!.power);
    const [near, fixed] = limited('near capacity', 'adaptive', 'fixed');
    expect(fixed!.power).toBeGreaterThan(near!.power);
  });
});

describe('load shedding', () => {
  test('at three times the load loses at most 1 % of the most important calls', () => {
    const [first, , , last] = lossesOf(runShedding(true));
    expect(first!).toBeLessThan(0.01);
    expect(last!).toBeGreaterThan(0.99);
    expect(Math.min(...lossesOf(runShedding(false)))).toBeGreaterThan(0.5);
  });
});

describe('timeouts', () => {
  test('adaptive wastes a quarter of what a generous one does, and answers what a tight one does not', () => {
    const hang = named(timeoutProfiles, 'some calls hang');
    expect(runTimeout(hang, 'adaptive').wasted * 4).toBeLessThan(runTimeout(hang, 'fixed 1 s').wasted);
    const slower = named(timeoutProfiles, 'all slower for a while');
    expect(runTimeout(slower, 'adaptive').answered).toBeGreaterThan(0.98);
    expect(runTimeout(slower, 'fixed 200 ms').answered).toBeLessThan(0.7);
  });

  test('where everything is answered in the end, the generous one wins', () => {
    const profile = named(timeoutProfiles, 'heavy tail');
    expect(runTimeout(profile, 'fixed 1 s').answered).toBeGreaterThan(
      runTimeout(profile, 'adaptive').answered,
    );
  });
});

describe('breakers', () => {
  test.each(['outage', 'partial fault', 'noisy normal', 'short burst'])(
    'adaptive treats fewer calls wrongly than both fixed ones in "%s"',
    (name) => {
      const profile = named(faultProfiles, name);
      const { wrong } = runBreaker(profile, 'adaptive');
      expect(wrong).toBeLessThan(runBreaker(profile, 'fixed 50 %').wrong);
      expect(wrong).toBeLessThanOrEqual(runBreaker(profile, 'fixed 20 %').wrong);
    },
  );

  test.each(['harmless rise', 'slow creep', 'broken from the start'])(
    'fixed at 50 %% wins in "%s"',
    (name) => {
      const profile = named(faultProfiles, name);
      expect(runBreaker(profile, 'fixed 50 %').wrong).toBeLessThan(runBreaker(profile, 'adaptive').wrong);
    },
  );

  test('none raises a false alarm where all is well', () => {
    expect(runBreaker(named(faultProfiles, 'always healthy'), 'adaptive').refused).toBe(0);
  });
});

describe('a metastable outage', () => {
  test('outlasts its cause for good when clients simply retry', async () => {
    expect(Object.keys(clients)).toEqual(['naive', 'holdfast']);
    expect(recoveryOf(await runMetastable('naive'))).toBeUndefined();
  });

  test.each([501, 1_501, 2_501, 3_501, 4_501])(
    'ends within 2 s of its cause with a concurrency limit and a retry budget, seed %i',
    async (seed) => {
      expect(recoveryOf(await runMetastable('holdfast', { ...metastableProfile, seed }))).toBeLessThan(2);
    },
  );
});
