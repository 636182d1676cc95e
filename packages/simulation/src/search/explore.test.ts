import { describe, expect, test } from 'vitest';
import { CallTimer } from '../../test/call-timer.ts';
import { primaryBackup } from '../../test/primary-backup.ts';
import { tickingHost } from '../../test/ticking-host.ts';
import type { Fault, Trouble } from '../plan/fault-plan.ts';
import { replayFile, replayOptions } from '../scenario/replay.ts';
import { runSeed } from '../scenario/run-seed.ts';
import { explore } from './explore.ts';

const troubles: readonly Trouble[] = [
  { kind: 'partition', groups: [['n1'], ['*']] },
  { kind: 'crash', host: 'n3' },
  { kind: 'cut', from: 'n3', to: 'n2' },
  { kind: 'clock-jump', host: 'n2', milliseconds: 1_000 },
];
const moments = ['1s', '2s', '4s'] as const;
const scenario = primaryBackup(undefined, { progress: () => true });

describe('explore', () => {
  test('finds what any plan within the bounds would show, in fewer runs, fewest faults first', async () => {
    const explored = await explore(scenario, { troubles, moments, failuresMax: 1_000 });
    expect(explored.complete).toBe(true);
    const places = moments.flatMap((at) =>
      troubles.map((trouble): Fault => ({ at, for: '500ms', ...trouble })),
    );
    const plans: Fault[][] = [[], ...places.map((fault) => [fault])];
    for (const [index, fault] of places.entries()) {
      for (const other of places.slice(index + 1)) plans.push([fault, other]);
    }
    const failing: Fault[][] = [];
    for (const faults of plans) {
      const plan = { ...scenario.faults!.base!, faults };
      if ((await runSeed(scenario, { seed: 0, plan, only: [] })).verdict !== 'passed') failing.push(faults);
    }
    expect(failing.length).toBeGreaterThan(0);
    expect(explored.failures[0]!.plan.faults).toHaveLength(failing[0]!.length);
    expect(explored.runs + explored.pruned).toBe(plans.length);
    expect(explored.pruned).toBeGreaterThan(0);
  });

  test('tries the orders of what is due at the same instant; one that fails replays', async () => {
    const words: string[] = [];
    const racing = tickingHost({
      hosts: {
        clock: ({ timers, clock }) => {
          words.length = 0;
          for (const word of ['one', 'two', 'three']) {
            timers.arm(new CallTimer(() => words.push(word)), clock.now() + 1_000);
          }
        },
      },
      check: () =>
        words.join() === 'three,one,two' ? { verdict: 'violated', text: 'three came first' } : undefined,
    });
    const inOrder = await explore(racing, { troubles: [], moments: [] });
    expect(inOrder).toMatchObject({ runs: 1, failures: [], complete: true });
    const { failures, runs } = await explore(racing, { troubles: [], moments: [], ordersDepth: 2 });
    expect(failures).toHaveLength(1);
    expect(runs).toBeLessThanOrEqual(6);
    const { failures: all, runs: every } = await explore(racing, {
      troubles: [],
      moments: [],
      ordersDepth: 2,
      failuresMax: 10,
    });
    expect([all.length, every]).toEqual([1, 6]);
    const again = await runSeed(racing, replayOptions(replayFile(failures[0]!)));
    expect(again).toEqual(failures[0]);
  });

  test('says when it did not try everything', async () => {
    const { complete, runs } = await explore(scenario, {
      troubles,
      moments,
      failuresMax: 1_000,
      runsMax: 10,
    });
    expect([complete, runs]).toEqual([false, 10]);
  });
});
