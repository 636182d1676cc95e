import { seededRandom } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { capacityOf, optimumOf } from './conditions.ts';
import { drawLatency, meanOf } from './draw.ts';
import type { Latency, LoadProfile } from './profile.ts';
import { limitProfiles } from './profiles.ts';
import { type Gate, simulate } from './simulate.ts';

/** Lets a fixed number in at once. */
function fixed(limit: number): () => Gate {
  return () => {
    let inFlight = 0;
    return {
      enter: () => (inFlight < limit ? ++inFlight : undefined),
      exit: () => {
        inFlight--;
      },
      limit,
    };
  };
}

function profileNamed(name: string): LoadProfile {
  return limitProfiles.find((profile) => profile.name === name)!;
}

describe('the load model', () => {
  test('draws latencies of the stated means', () => {
    const latencies: Latency[] = [
      { kind: 'constant', value: '3ms' },
      { kind: 'exponential', mean: '20ms' },
      { kind: 'bimodal', fast: '7ms', slow: '140ms', slowShare: 0.1 },
      { kind: 'heavy-tail', min: '10ms', max: '200ms' },
    ];
    for (const latency of latencies) {
      const random = seededRandom(1);
      let sum = 0;
      for (let draw = 0; draw < 100_000; draw++) sum += drawLatency(latency, random);
      expect(sum / 100_000 / meanOf(latency)).toBeCloseTo(1, 1);
    }
  });

  test('serves all of a load below capacity, and waits as M/M/c does', () => {
    const report = simulate(profileNamed('half load'), fixed(1_000));
    expect(report.goodput).toBeGreaterThan(0.97);
    expect(report.refusals + report.timeouts).toBe(0);
    expect(report.p99).toBeLessThan(130_000);
  });

  test('knows the best limit: less loses goodput, more only adds latency', () => {
    const profile = profileNamed('threefold');
    const best = Math.round(optimumOf(profile.start));
    const [less, right, more] = [0.5, 1, 2].map((factor) => simulate(profile, fixed(best * factor)));
    expect(capacityOf(profile.start)).toBe(800);
    expect(less!.goodput).toBeLessThan(0.55);
    expect(right!.goodput).toBeGreaterThan(0.95);
    expect(more!.p50 / right!.p50).toBeGreaterThan(1.8);
  });

  test('without a limit, overload leaves answers that nobody waits for', () => {
    const report = simulate(profileNamed('threefold'), fixed(1_000_000));
    expect(report.goodput).toBeLessThan(0.05);
  });

  test('gives the same run for the same seed', () => {
    const profile = profileNamed('capacity steps');
    expect(simulate(profile, fixed(30))).toEqual(simulate(profile, fixed(30)));
  });
});
