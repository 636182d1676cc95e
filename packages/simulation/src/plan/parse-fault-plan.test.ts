import { describe, expect, test } from 'vitest';
import { parseFaultPlan } from './parse-fault-plan.ts';

const hosts = ['n1', 'n2', 'n3'];

describe('parseFaultPlan', () => {
  test('takes a plan of every kind of fault as it is', () => {
    const plan = {
      version: 1,
      network: {
        latency: { min: '200us', max: 5, distribution: 'heavy-tailed' },
        loss: 0.02,
        holdBack: '30ms',
      },
      disk: { latency: { min: 0, max: '1ms' }, tornWrites: 0.5, bitRot: 0.001 },
      damagedHostsMax: 1,
      switches: 0.25,
      faults: [
        { kind: 'crash', host: '@leader', at: '2s', for: '800ms' },
        { kind: 'pause', host: '@leader/steady', at: 0 },
        { kind: 'slow', host: 'n1', at: 0, lag: '20ms' },
        { kind: 'wipe', host: 'n2', at: 1 },
        { kind: 'partition', groups: [['n1'], ['*']], at: 1 },
        { kind: 'cut', from: 'n1', to: '*', at: 1 },
        { kind: 'clog', from: 'n1', to: '@leader', at: 1 },
        { kind: 'flap', from: 'n1', to: 'n2', period: '100ms', at: 1 },
        { kind: 'degrade', from: '*', to: '*', loss: 1, at: 1 },
        { kind: 'clock-jump', host: 'n3', milliseconds: -5_000, at: 1 },
        { kind: 'clock-drift', host: 'n3', partsPerMillion: 500_000, at: 1 },
        { kind: 'disk-full', host: '*', at: 1 },
        { kind: 'disk-trouble', host: 'n3', failedFlushes: 0.5, at: 1 },
      ],
    };
    expect(parseFaultPlan(plan, hosts)).toBe(plan);
    expect(parseFaultPlan({ version: 1 })).toEqual({ version: 1 });
  });

  test.each([
    [null, 'plan is null, but must be an object'],
    [{}, 'version is undefined, but must be 1'],
    [{ version: 2 }, 'version is 2, but must be 1'],
    [{ version: 1, fault: [] }, 'fault is an array of 0, but must be left out'],
    [{ version: 1, network: { loss: 2 } }, 'network.loss is 2, but must be a share'],
    [
      { version: 1, network: { latency: { min: 5, max: '1ms' } } },
      'network.latency.max is "1ms", but must be at least',
    ],
    [
      { version: 1, disk: { latency: { min: 5 } } },
      'disk.latency.max is undefined, but must be a number of milli',
    ],
    [{ version: 1, faults: {} }, 'faults is an object, but must be an array'],
    [{ version: 1, faults: ['crash'] }, 'faults[0] is "crash", but must be an object'],
    [
      faulty({ kind: 'explode', at: 1 }),
      "faults[0].kind is \"explode\", but must be one of 'crash', 'pause'",
    ],
    [faulty({ kind: 'crash', at: 1 }), 'faults[0].host is undefined, but must be one of'],
    [
      faulty({ kind: 'crash', host: 'n9', at: 1 }),
      "faults[0].host is \"n9\", but must be one of 'n1', 'n2', 'n3', '@role'",
    ],
    [faulty({ kind: 'crash', host: '@', at: 1 }), 'faults[0].host is "@"'],
    [faulty({ kind: 'crash', host: 'n1' }), 'faults[0].at is undefined'],
    [faulty({ kind: 'crash', host: 'n1', at: -1 }), 'faults[0].at is -1'],
    [faulty({ kind: 'crash', host: 'n1', at: 1, for: 'long' }), 'faults[0].for is "long"'],
    [faulty({ kind: 'cut', from: 'n1', to: 'n1', at: 1 }), 'faults[0].to is "n1", but must be another host'],
    [faulty({ kind: 'flap', from: 'n1', to: 'n2', period: 0, at: 1 }), 'faults[0].period is 0'],
    [faulty({ kind: 'partition', groups: [[]], at: 1 }), 'faults[0].groups[0] is an array of 0'],
    [faulty({ kind: 'partition', groups: [['n7']], at: 1 }), 'faults[0].groups[0][0] is "n7"'],
    [
      faulty({ kind: 'clock-drift', host: 'n1', partsPerMillion: 600_000, at: 1 }),
      'partsPerMillion is 600000',
    ],
    [
      faulty({ kind: 'clock-jump', host: 'n1', milliseconds: 0.5, at: 1 }),
      'milliseconds is 0.5, but must be a whole',
    ],
    [
      faulty({ kind: 'degrade', from: 'n1', to: '*', tornWrites: 1, at: 1 }),
      'faults[0].tornWrites is 1, but must be left out',
    ],
  ])('refuses %j', (json, message) => {
    expect(() => parseFaultPlan(json, hosts)).toThrow(message);
    expect(() => parseFaultPlan(json, hosts)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  test('takes any name where it is not told the hosts', () => {
    const plan = faulty({ kind: 'crash', host: 'anybody', at: 1 });
    expect(parseFaultPlan(plan)).toBe(plan);
  });
});

function faulty(fault: unknown): unknown {
  return { version: 1, faults: [fault] };
}
