import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CallTimer } from '../../test/call-timer.ts';
import { SimulatedWorld } from '../simulation/simulated-world.ts';
import type { HostContext } from './host-context.ts';

/** A world with a host `a` whose program keeps its context. */
function worldWith(program: (context: HostContext) => void = () => {}) {
  const world = new SimulatedWorld({ seed: 1 });
  const contexts: HostContext[] = [];
  const host = world.addHost('a', (context) => {
    contexts.push(context);
    program(context);
  });
  world.runForSync(0);
  return { world, host, contexts };
}

function armIn(context: HostContext, micros: number, call: () => void): CallTimer {
  const timer = new CallTimer(call);
  context.timers.arm(timer, context.clock.now() + micros);
  return timer;
}

describe('a simulated host', () => {
  test('its timers fire in order of due time, then of arming', () => {
    const { world, contexts } = worldWith();
    const fired: string[] = [];
    const delays = [300, 100, 200, 100, 0];
    for (const [index, delay] of delays.entries()) {
      armIn(contexts[0]!, delay, () => fired.push(`${delay}/${index}@${world.clock.now()}`));
    }
    world.runForSync('1ms');
    expect(fired).toEqual(['0/4@0', '100/1@100', '100/3@100', '200/2@200', '300/0@300']);
  });

  test('a crash leaves no timer, and nothing of that incarnation acts any more', () => {
    const { world, host, contexts } = worldWith();
    const [context] = contexts;
    let fired = 0;
    const timers = [1, 2, 3].map((micros) => armIn(context!, micros, () => fired++));
    const before = world.pending;
    host.crash();
    expect(host.state).toBe('down');
    expect(host.describe()).toEqual({ role: 'down', phase: '' });
    expect(world.pending).toBe(before - 3);
    expect(timers.map((timer) => timer.armed)).toEqual([false, false, false]);
    armIn(context!, 1, () => fired++);
    context!.timers.disarm(timers[0]!);
    context!.describe(() => ({ role: 'ghost', phase: '' }));
    world.runForSync('1s');
    expect(fired).toBe(0);
    host.start();
    world.runForSync(0);
    expect(contexts.map(({ incarnation }) => incarnation)).toEqual([1, 2]);
    expect(host.describe()).toEqual({ role: 'up', phase: '' });
  });

  test('a host that crashes before its program began never begins it', () => {
    const world = new SimulatedWorld({ seed: 1 });
    let starts = 0;
    const host = world.addHost('a', () => void starts++);
    host.crash();
    host.start();
    world.runForSync('1s');
    expect(starts).toBe(1);
  });

  test('a timer of a dead process may be armed anew by the next one', () => {
    const { world, host, contexts } = worldWith();
    let fired = 0;
    const timer = armIn(contexts[0]!, 500, () => fired++);
    host.crash();
    host.start();
    world.runForSync(0);
    contexts[1]!.timers.arm(timer, contexts[1]!.clock.now() + 100);
    contexts[0]!.timers.disarm(timer);
    world.runForSync('1ms');
    expect(fired).toBe(1);
  });

  test('a paused host does nothing, and then all of it, in order', () => {
    const delays = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 30 });
    const moments = fc.uniqueArray(fc.nat(1_000), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(delays, moments, (delays, moments) => {
        const { world, host, contexts } = worldWith();
        const fired: number[] = [];
        let whilePaused = 0;
        for (const [index, delay] of delays.entries()) {
          armIn(contexts[0]!, delay, () => {
            if (host.state === 'paused') whilePaused++;
            fired.push(delay * 100 + index);
          });
        }
        for (const [index, moment] of moments.sort((a, b) => a - b).entries()) {
          const change = new CallTimer(() => (index % 2 === 0 ? host.pause() : host.resume()));
          world.timers.arm(change, moment);
        }
        world.runForSync('1ms');
        host.resume();
        world.runForSync(0);
        expect(whilePaused).toBe(0);
        expect(fired).toEqual([...fired].sort((a, b) => a - b));
        expect(fired).toHaveLength(delays.length);
      }),
    );
  });

  test('an event that comes while held ones go on lines up behind them', () => {
    const { world, host, contexts } = worldWith();
    const fired: string[] = [];
    armIn(contexts[0]!, 10, () => {
      fired.push('first');
      armIn(contexts[0]!, 0, () => fired.push('armed by first'));
    });
    armIn(contexts[0]!, 20, () => fired.push('second'));
    host.pause();
    // Resumes before the timer of the same instant, which was armed earlier, has its turn.
    world.timers.arm(new CallTimer(() => host.resume()), 30);
    armIn(contexts[0]!, 30, () => fired.push('third'));
    world.runForSync('1ms');
    expect(fired).toEqual(['first', 'second', 'third', 'armed by first']);
  });

  test('held timers count as armed, and may be disarmed and moved', () => {
    const { world, host, contexts } = worldWith();
    const fired: string[] = [];
    const dropped = armIn(contexts[0]!, 10, () => fired.push('dropped'));
    const moved = armIn(contexts[0]!, 20, () => fired.push(`moved@${world.clock.now()}`));
    host.pause();
    world.runForSync('1ms');
    expect([dropped.armed, moved.armed]).toEqual([true, true]);
    contexts[0]!.timers.disarm(dropped);
    contexts[0]!.timers.arm(moved, contexts[0]!.clock.now() + 500);
    host.resume();
    world.runForSync('1ms');
    expect(fired).toEqual(['moved@1500']);
  });

  test('timers of a drifting host fire early and late in true time, those armed before too', () => {
    const { world, host, contexts } = worldWith();
    const fired: number[] = [];
    const [context] = contexts;
    armIn(context!, 1_500, () => fired.push(world.clock.now()));
    host.drift(500_000);
    world.runForSync('1ms');
    host.drift(-500_000);
    armIn(context!, 1_000, () => fired.push(world.clock.now()));
    world.runForSync('10ms');
    expect(fired).toEqual([1_000, 3_000]);
  });

  test('a change of drift keeps the order of timers of one instant', () => {
    const { world, host, contexts } = worldWith();
    const fired: number[] = [];
    armIn(contexts[0]!, 50, () => {});
    const timers = Array.from({ length: 5 }, (_, index) =>
      armIn(contexts[0]!, 1_000, () => fired.push(index)),
    );
    contexts[0]!.timers.arm(timers[1]!, timers[0]!.due);
    host.drift(333_333);
    world.runForSync('10ms');
    expect(fired).toEqual([0, 2, 3, 4, 1]);
  });

  test('hosts agree neither on the monotonic clock nor quite on the wall clock', () => {
    const world = new SimulatedWorld({ seed: 1 });
    const contexts: HostContext[] = [];
    for (const name of ['a', 'b', 'c']) world.addHost(name, (context) => void contexts.push(context));
    world.runForSync('1s');
    expect(new Set(contexts.map(({ clock }) => clock.now())).size).toBe(3);
    for (const { clock } of contexts)
      expect(Math.abs(clock.wall() - world.clock.wall())).toBeLessThanOrEqual(51);
    world.host('a').jumpWall(10_000);
    expect(contexts[0]!.clock.wall() - world.clock.wall()).toBeGreaterThan(9_000);
  });

  test('a lagging host acts in slices: late by the lag at most, all that has come, in order', () => {
    const { world, host, contexts } = worldWith();
    const fired: string[] = [];
    for (const delay of [100, 150, 200, 350]) {
      armIn(contexts[0]!, delay, () => fired.push(`${delay}@${world.clock.now()}`));
    }
    host.setLag(100);
    world.runForSync('1ms');
    expect(fired).toEqual(['100@200', '150@200', '200@200', '350@450']);
    host.setLag(0);
    armIn(contexts[0]!, 10, () => fired.push(`at once@${world.clock.now()}`));
    world.runForSync('1ms');
    expect(fired.at(-1)).toBe('at once@1010');
  });

  test('each process has a stream of random numbers of its own', () => {
    const { world, host, contexts } = worldWith();
    world.addHost('b', (context) => void contexts.push(context));
    host.crash();
    host.start();
    world.runForSync(0);
    const draws = contexts.map(({ random }) => random.uint32());
    expect(new Set(draws).size).toBe(3);
  });

  test('says of itself what it was told', () => {
    const { host, contexts } = worldWith();
    contexts[0]!.describe(() => ({ role: 'leader', phase: 'transfer' }));
    expect(host.describe()).toEqual({ role: 'leader', phase: 'transfer' });
  });

  test('refuses a name that is no host name', () => {
    const world = new SimulatedWorld({ seed: 1 });
    for (const name of ['', 'a b', 'a>b', 'a/b', '-a']) {
      expect(() => world.addHost(name, () => {})).toThrow('a host name');
    }
    world.addHost('a.example', () => {});
    expect(() => world.addHost('a.example', () => {})).toThrow('a name that no other host has');
  });
});
