import { describe, expect, test } from 'vitest';
import type { Fault, FaultPlan } from '../plan/fault-plan.ts';
import { parseFaultPlan } from '../plan/parse-fault-plan.ts';
import { conditionSimplifications, faultSimplifications } from './simpler-plans.ts';

const hosts = ['a', 'b', 'c'];

/** All that one step makes of a plan. */
function simplerThan(plan: FaultPlan): readonly FaultPlan[] {
  const ways = [...conditionSimplifications, ...faultSimplifications(plan.faults?.length ?? 0, hosts)];
  return ways.flatMap((simplify) => simplify(plan) ?? []);
}

function simplerFaults(fault: Fault): readonly unknown[] {
  return simplerThan({ version: 1, faults: [fault] }).map(({ faults }) => faults![0]);
}

describe('simpler plans', () => {
  test('take conditions away, all at once and one by one', () => {
    const plan: FaultPlan = { version: 1, network: { loss: 0.1, duplication: 0.1 }, switches: 0.5 };
    expect(simplerThan(plan)).toEqual([
      { version: 1, switches: 0.5 },
      { version: 1, network: { loss: 0.1, duplication: 0.1 } },
      { version: 1, network: { duplication: 0.1 }, switches: 0.5 },
      { version: 1, network: { loss: 0.1 }, switches: 0.5 },
    ]);
  });

  test('make faults shorter, and strike one host in place of all', () => {
    expect(simplerFaults({ kind: 'crash', host: '*', at: 5, for: 9 })).toEqual([
      { kind: 'crash', host: 'a', at: 5, for: 9 },
      { kind: 'crash', host: 'b', at: 5, for: 9 },
      { kind: 'crash', host: 'c', at: 5, for: 9 },
      { kind: 'crash', host: '*', at: 5, for: '4ms' },
    ]);
    expect(simplerFaults({ kind: 'cut', from: '*', to: 'b', at: 5 })).toEqual([
      { kind: 'cut', from: 'a', to: 'b', at: 5 },
      { kind: 'cut', from: 'c', to: 'b', at: 5 },
    ]);
    expect(simplerFaults({ kind: 'wipe', host: 'a', at: 5 })).toEqual([{ kind: 'crash', host: 'a', at: 5 }]);
  });

  test('take hosts out of groups, and ways of being bad from links and disks, but not the last', () => {
    expect(simplerFaults({ kind: 'partition', groups: [['a', 'b'], ['c']], at: 5 })).toEqual([
      { kind: 'partition', groups: [['b'], ['c']], at: 5 },
      { kind: 'partition', groups: [['a'], ['c']], at: 5 },
      { kind: 'partition', groups: [['a', 'b']], at: 5 },
    ]);
    expect(simplerFaults({ kind: 'degrade', from: 'a', to: 'b', at: 5, loss: 1, holdBack: 5 })).toEqual([
      { kind: 'degrade', from: 'a', to: 'b', at: 5, holdBack: 5 },
      { kind: 'degrade', from: 'a', to: 'b', at: 5, loss: 1 },
    ]);
    expect(simplerFaults({ kind: 'disk-trouble', host: 'a', at: 5, failedReads: 1 })).toEqual([]);
  });

  test('come to an end, and every step is a plan', () => {
    let plan: FaultPlan = {
      version: 1,
      network: { loss: 0.1, latency: { min: 1, max: 2 } },
      disk: { bitRot: 0.1 },
      faults: [
        { kind: 'partition', groups: [['a', 'b'], ['*']], at: 5, for: '2s' },
        { kind: 'degrade', from: '*', to: '@leader', at: 7, for: '1s', loss: 0.5, duplication: 0.5 },
      ],
    };
    let steps = 0;
    for (let next: FaultPlan | undefined = plan; next !== undefined; next = simplerThan(plan)[0]) {
      plan = parseFaultPlan(next, hosts);
      expect(steps++).toBeLessThan(100);
    }
    expect(plan).toEqual({
      version: 1,
      faults: [
        { kind: 'partition', groups: [['b'], ['*']], at: 5, for: '1ms' },
        { kind: 'degrade', from: 'a', to: '@leader', at: 7, for: '1ms', duplication: 0.5 },
      ],
    });
  });
});
