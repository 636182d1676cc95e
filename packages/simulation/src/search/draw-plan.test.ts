import { toMicros } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { parseFaultPlan } from '../plan/parse-fault-plan.ts';
import { troubleKinds } from '../plan/plan-shape.ts';
import type { RunStrategy } from '../scenario/run-result.ts';
import type { FaultProfile } from '../scenario/scenario.ts';
import { drawPlan } from './draw-plan.ts';

const hosts = ['n1', 'n2', 'n3', 'n4', 'n5'];
const storm = 10_000_000;

function plans(strategy: RunStrategy, profile: FaultProfile = {}, count = 200) {
  return Array.from({ length: count }, (_, seed) =>
    drawPlan({
      seed,
      strategy,
      hosts,
      roles: { leader: ['steady', 'handover'], follower: [''] },
      storm,
      profile,
    }),
  );
}

describe('drawPlan', () => {
  test.each([['random'], ['swarm'], ['priorities']] as const)(
    '%s draws plans that are plans, the same for a seed',
    (strategy) => {
      const drawn = plans(strategy, { kinds: troubleKinds, lastingDamage: {} });
      for (const plan of drawn) {
        expect(parseFaultPlan(JSON.parse(JSON.stringify(plan)), hosts)).toEqual(plan);
        for (const fault of plan.faults!) expect(toMicros(fault.at)).toBeLessThan(storm);
      }
      expect(plans(strategy, { kinds: troubleKinds, lastingDamage: {} })).toEqual(drawn);
      expect(new Set(drawn.map((plan) => JSON.stringify(plan))).size).toBeGreaterThan(150);
      const kinds = new Set(drawn.flatMap(({ faults }) => faults!.map(({ kind }) => kind)));
      expect([...kinds].sort()).toEqual([...troubleKinds].sort());
    },
  );

  test('a swarm leaves kinds out: most plans have few, and all have some between them', () => {
    const kindsPerPlan = plans('swarm').map(({ faults }) => new Set(faults!.map(({ kind }) => kind)).size);
    expect(Math.max(...kindsPerPlan)).toBeLessThan(troubleKinds.length);
    expect(kindsPerPlan.filter((kinds) => kinds === 0).length).toBeGreaterThan(5);
  });

  test('draws nothing that damages a disk for good, unless the profile says so', () => {
    for (const { faults, disk } of plans('swarm')) {
      expect(faults!.some(({ kind }) => kind === 'wipe')).toBe(false);
      expect(Object.keys(disk ?? {}).filter((name) => name !== 'latency')).toEqual([]);
    }
    const damaged = plans('swarm', { lastingDamage: { of: ['bitRot'] } }).filter(({ disk }) => disk?.bitRot);
    expect(damaged.length).toBeGreaterThan(50);
  });

  test('takes no more hosts away at the same time than the profile allows', () => {
    for (const hostsDownMax of [1, 2]) {
      const profile: FaultProfile = { kinds: ['crash', 'pause', 'partition'], hostsDownMax };
      for (const { faults } of plans('swarm', profile)) {
        for (const { at } of faults!) {
          const away = faults!
            .filter(
              (fault) => at >= fault.at && (at as number) < (fault.at as number) + (fault.for as number),
            )
            .map((fault) => (fault.kind === 'partition' ? fault.groups[0]!.length : 1));
          expect(away.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(hostsDownMax);
        }
      }
    }
  });

  test('keeps to what the base of the profile says', () => {
    const base = {
      version: 1,
      network: { loss: 0 },
      faults: [{ kind: 'crash', host: 'n1', at: 5 }],
    } as const;
    for (const plan of plans('swarm', { base })) {
      expect(plan.network!.loss).toBe(0);
      expect(plan.faults![0]).toEqual(base.faults[0]);
    }
  });

  test('priorities make all hosts but one slower than another, and the order changes', () => {
    const [plan] = plans('priorities', { kinds: ['slow'] }, 1);
    const lags = plan!.faults!.filter((fault) => fault.kind === 'slow' && fault.for === undefined);
    expect(lags).toHaveLength(hosts.length - 1 + 2);
  });
});
