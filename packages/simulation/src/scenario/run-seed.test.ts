import { diskErrors } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { primaryBackup } from '../../test/primary-backup.ts';
import { retryingClient } from '../../test/retrying-client.ts';
import { tickingHost } from '../../test/ticking-host.ts';
import { runSeed, runSeedSync } from './run-seed.ts';
import { runTwice } from './run-twice.ts';

const perform = () => {};
const fails = () => {
  const error = new TypeError('of itself');
  error.stack = 'TypeError: of itself\n    at pay (/app/shop.ts:3:9)';
  throw error;
};
const calm = { version: 1, faults: [] } as const;

describe('runSeed', () => {
  test('one seed gives one run, traced or not, and its result is plain data', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const first = await runSeed(primaryBackup(), { seed });
      expect(runSeedSync(primaryBackup(), { seed })).toEqual(first);
      const { trace, ...traced } = await runSeed(primaryBackup(), { seed, trace: true });
      expect(traced).toEqual(first);
      expect(trace!.length).toBeGreaterThan(100);
      expect(JSON.parse(JSON.stringify(first))).toEqual(first);
    }
  });

  test('so it is with promises', async () => {
    const first = await runSeed(retryingClient(), { seed: 3 });
    expect(await runSeed(retryingClient(), { seed: 3 })).toEqual(first);
    expect((await runSeed(retryingClient(), { seed: 4 })).digest).not.toBe(first.digest);
  });

  test('plan and operations follow from the seed, and are what is run when given', async () => {
    const drawn = await runSeed(primaryBackup(), { seed: 5 });
    const { plan, operations } = drawn;
    expect(plan.faults!.length).toBeGreaterThan(0);
    expect(await runSeed(primaryBackup(), { seed: 5, plan, operations })).toEqual(drawn);
    const calmer = await runSeed(primaryBackup(), { seed: 5, plan: calm, operations: [] });
    expect(calmer).toMatchObject({ plan: calm, operations: [], choices: [], verdict: 'passed' });
  });

  test('the choices that it took, and no others, give the same run', async () => {
    const plan = { version: 1, network: { loss: 0.1, reordering: 0.1 } } as const;
    const drawn = await runSeed(retryingClient(), { seed: 3, plan });
    expect(drawn.choices.length).toBeGreaterThan(1);
    const again = await runSeed(retryingClient(), { seed: 3, plan, only: drawn.choices });
    expect(again).toEqual({ ...drawn, restricted: true });
  });

  test('an invariant that breaks ends the run at that event', async () => {
    const scenario = tickingHost({
      invariants: {
        bounded: ({ count }) => (count > 50 ? `counted to ${count}` : undefined),
        'never asked': () => undefined,
      },
      check: () => ({ verdict: 'violated', text: 'not looked at any more' }),
    });
    expect(await runSeed(scenario, { seed: 1, plan: calm })).toMatchObject({
      verdict: 'invariant',
      invariant: 'bounded',
      text: 'bounded: counted to 51',
      time: 500_000,
      events: 52,
    });
  });

  test('no progress in time is a verdict of its own, told from a violated check', async () => {
    const idle = tickingHost({ progress: () => false });
    const result = await runSeed(idle, { seed: 1, plan: calm });
    expect(result).toMatchObject({ verdict: 'liveness', time: 2_000_000 });
    expect(result.text).toBe('no progress within 1000 ms after everything was healed: clock up');
    const wrong = tickingHost({ check: () => ({ verdict: 'violated', text: 'wrong' }) });
    expect(await runSeed(wrong, { seed: 1, plan: calm })).toMatchObject({ verdict: 'check', text: 'wrong' });
  });

  test('the run goes on not much longer than until there is progress', async () => {
    const scenario = tickingHost({ progress: ({ count }) => count >= 121 });
    const { verdict, time } = await runSeed(scenario, { seed: 1, plan: calm });
    expect(verdict).toBe('passed');
    expect(time).toBeGreaterThanOrEqual(1_200_000);
    expect(time).toBeLessThan(1_400_000);
  });

  test('a check that cannot tell fails', async () => {
    const scenario = tickingHost({ check: () => ({ verdict: 'undecided', text: 'too long a history' }) });
    expect(await runSeed(scenario, { seed: 1 })).toMatchObject({
      verdict: 'undecided',
      text: 'too long a history',
    });
  });

  test.each([
    [
      { hosts: { clock: () => Promise.reject(new Error('lost')) }, synchronous: false },
      'clock left a rejection unhandled: Error: lost',
    ],
    [
      {
        hosts: {
          clock: () => {
            throw new TypeError('broken');
          },
        },
      },
      'clock threw TypeError: broken',
    ],
    [
      {
        check: () => {
          throw new Error('cannot count');
        },
      },
      'the check threw Error: cannot count',
    ],
    [
      {
        perform: () => {
          throw new Error('no such account');
        },
      },
      'operation "pay" threw Error: no such account',
    ],
    [
      {
        perform: async () => {
          throw new Error('late');
        },
        synchronous: false,
      },
      'operation "pay" threw Error: late',
    ],
    [
      {
        invariants: {
          odd: () => {
            throw new Error('odd');
          },
        },
      },
      "invariant 'odd' threw Error: odd",
    ],
  ])('what throws fails the run: %#', async (change, text) => {
    const operations = [{ at: 5_000, client: 'c', operation: 'pay' }];
    const result = await runSeed(tickingHost(change), { seed: 1, plan: calm, operations });
    expect(result).toMatchObject({ verdict: 'crash', text });
  });

  test('a process may end by a failing disk, and is started again', async () => {
    let starts = 0;
    const scenario = tickingHost({
      hosts: {
        clock: () => {
          if (++starts < 4) throw diskErrors.create('DISK_FAILED', { message: 'the disk could not flush' });
        },
      },
    });
    expect(await runSeed(scenario, { seed: 1, plan: calm })).toMatchObject({ verdict: 'passed' });
    expect(starts).toBe(4);
    starts = 0;
    const strict = await runSeed({ ...scenario, mayEnd: () => false }, { seed: 1, plan: calm });
    expect(strict.verdict).toBe('crash');
  });

  test('a global that is another one after the run is a leak', async () => {
    const { random } = Math;
    try {
      const scenario = tickingHost({
        check: () => {
          Math.random = () => 4;
          return undefined;
        },
      });
      const { verdict, text } = await runSeed(scenario, { seed: 1 });
      expect([verdict, text]).toEqual(['leak', 'global Math.random is another one after the run']);
    } finally {
      Math.random = random;
    }
  });

  test('runs that differ are nondeterminism, with the first difference', async () => {
    let kept = 0;
    const scenario = tickingHost({}, () => 10_000 + (kept++ % 7));
    const { verdict, text } = await runTwice(scenario, { seed: 1, plan: calm });
    expect(verdict).toBe('nondeterminism');
    expect(text).toContain('The same seed gave two runs that part after');
    expect((await runTwice(tickingHost(), { seed: 1 })).verdict).toBe('passed');
  });

  test('says which option cannot work', async () => {
    await expect(runSeed(tickingHost(), { seed: 1, hosts: ['clock'] })).rejects.toThrow('hosts is');
    await expect(runSeed(tickingHost(), { seed: 1, storm: 0 })).rejects.toThrow('storm is 0');
    await expect(
      runSeed(tickingHost(), {
        seed: 1,
        plan: { version: 1, faults: [{ kind: 'crash', host: 'x', at: 1 }] },
      }),
    ).rejects.toThrow('faults[0].host is');
    expect(() => runSeedSync(retryingClient(), { seed: 1 })).toThrow('scenario.synchronous is');
  });

  test.each([
    ['hosts is', { hosts: {} }],
    ['hosts.clock is 7', { hosts: { clock: 7 } }],
    ["invariants['all well'] is true", { invariants: { 'all well': true } }],
    [
      'operations of ticking-host threw with seed 1: Error: no stock',
      {
        operations: () => {
          throw new Error('no stock');
        },
        perform: () => {},
      },
    ],
    ['perform is undefined', { operations: () => [] }],
    ['operations is 7', { operations: () => 7, perform }],
    ['operations[0].at is -1', { operations: () => [{ at: -1, client: 'a', operation: 1 }], perform }],
    ['operations[0].operation is', { operations: () => [{ at: 1, client: 'a', operation: 5n }], perform }],
    ['operations[0].operation is', { operations: () => [{ at: 1, client: 'a', operation: [NaN] }], perform }],
    [
      'operations[0].operation is',
      { operations: () => [{ at: 1, client: 'a', operation: new Map() }], perform },
    ],
    ['faults.kinds[1] is "flood"', { faults: { kinds: ['crash', 'flood'] } }],
  ])('says which part of a scenario cannot work: %s', async (message, wrong) => {
    const scenario = { ...tickingHost(), ...(wrong as object) };
    await expect(runSeed(scenario, { seed: 1 })).rejects.toThrow(message);
  });

  test.each([
    ["invariant 'all well' threw", { invariants: { 'all well': fails } }],
    ['progress threw', { progress: fails }],
    ['the check threw', { check: fails }],
  ])('what throws is named: %s', async (message, checks) => {
    const { verdict, text, thrownAt } = await runSeed(tickingHost(checks), { seed: 1 });
    expect([verdict, text]).toEqual(['crash', `${message} TypeError: of itself`]);
    expect(thrownAt).toBe('/app/shop.ts:3:9');
  });
});
