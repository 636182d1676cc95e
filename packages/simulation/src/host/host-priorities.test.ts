import { describe, expect, test } from 'vitest';
import { CallTimer } from '../../test/call-timer.ts';
import { Choices } from '../choices/choices.ts';
import { SimulatedWorld } from '../simulation/simulated-world.ts';
import { HostPriorities } from './host-priorities.ts';

/** How late each of four hosts was on each of its ticks, in microseconds. */
function lateness(seed: number, changes: number): number[][] {
  const world = new SimulatedWorld({ seed, priorities: { changes, within: '1s', step: '1ms' } });
  const late: number[][] = [];
  for (const name of ['a', 'b', 'c', 'd']) {
    const ticks: number[] = [];
    late.push(ticks);
    world.addHost(name, ({ timers, clock }) => {
      const tick = new CallTimer(() => {
        ticks.push(clock.now() - tick.due);
        timers.arm(tick, clock.now() + 10_000);
      });
      timers.arm(tick, clock.now() + 10_000);
    });
  }
  world.runForSync('2s');
  return late;
}

describe('host priorities', () => {
  test('let each host act late by its rank, the highest not at all', () => {
    const late = lateness(1, 0).map((ticks) => new Set(ticks));
    expect(late.map((ticks) => [...ticks]).sort()).toEqual([[0], [1_000], [2_000], [3_000]]);
  });

  test('change at moments and to an order that the seed decides', () => {
    expect(lateness(1, 3)).toEqual(lateness(1, 3));
    expect(lateness(1, 3)).not.toEqual(lateness(2, 3));
    const lows = new Set<number>();
    for (let seed = 0; seed < 40; seed++) {
      const late = lateness(seed, 3);
      for (const ticks of late) for (const micros of ticks) expect(micros).toBeLessThanOrEqual(3_000);
      lows.add(late.findIndex((ticks) => ticks.at(-1) === 3_000));
    }
    expect(lows.size).toBe(4);
  });

  test('every order of three hosts comes up', () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const lags: number[] = [];
      const priorities = new HostPriorities(
        { changes: 0, within: '1s' },
        new Choices(seed),
        new SimulatedWorld({ seed }).timers,
      );
      for (let host = 0; host < 3; host++) priorities.add({ setLag: (micros) => (lags[host] = micros) });
      orders.add(lags.join());
    }
    expect(orders.size).toBe(6);
  });

  test('refuses what is no schedule', () => {
    const options = { within: '1s', changes: 1 } as const;
    const refused = (change: object) => () =>
      new SimulatedWorld({ seed: 1, priorities: { ...options, ...change } });
    expect(refused({ changes: -1 })).toThrow('priorities.changes is -1');
    expect(refused({ within: 0 })).toThrow('priorities.within is 0');
    expect(refused({ step: -1 })).toThrow('priorities.step is -1');
  });
});
