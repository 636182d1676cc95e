import { sleep } from '@holdfast/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CallTimer } from '../../test/call-timer.ts';
import type { HostContext } from '../host/host-context.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import type { DriveName } from './choose-drive.ts';
import { SimulatedWorld } from './simulated-world.ts';

/** Three hosts that send each other messages at random times. */
function chatter(world: SimulatedWorld): void {
  const names = ['a', 'b', 'c'];
  for (const name of names) {
    world.addHost(name, ({ clock, timers, random, messages, note }) => {
      const talk = new CallTimer(() => {
        messages.send(names[random.below(3)]!, random.below(1_000));
        timers.arm(talk, clock.now() + random.below(5_000));
      });
      messages.onMessage = (message, from) => note(() => `${message} from ${from}`);
      timers.arm(talk, clock.now());
    });
  }
}

function run(seed: number, change?: (world: SimulatedWorld) => void) {
  const trace: TraceEvent[] = [];
  const world = new SimulatedWorld({ seed, tracer: { enabled: true, record: (event) => trace.push(event) } });
  chatter(world);
  change?.(world);
  world.runForSync('1s');
  return { digest: world.digest, traceDigest: world.traceDigest, events: world.events, trace };
}

interface Change {
  readonly at: number;
  readonly host: number;
  readonly what: 'crash' | 'start' | 'pause' | 'resume' | 'drift' | 'lag' | 'jump';
  readonly by: number;
}

describe('SimulatedWorld', () => {
  test('one seed gives one run, event for event; another seed another', () => {
    const first = run(7);
    expect(run(7)).toEqual(first);
    expect(first.events).toBeGreaterThan(1_000);
    const other = run(8);
    expect(other.digest).not.toBe(first.digest);
    expect(other.traceDigest).not.toBe(first.traceDigest);
  });

  test('one seed gives the same run on every Node, whatever drives it', async () => {
    for (const drive of ['fast', 'portable'] as const) {
      const world = new SimulatedWorld({ seed: 'every Node', switches: 0.5, shuffleTies: true, drive });
      for (const name of ['a', 'b', 'c']) {
        world.addHost(name, async (context) => {
          for (;;) {
            const pause = context.switches!.on('short') ? 100 : context.random.below(20_000);
            await sleep(`${pause}us`, { world: context });
            await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
          }
        });
      }
      for (let second = 1; second < 10; second++) {
        const strike = new CallTimer(() => {
          const host = world.hosts[second % 3]!;
          host.drift(second * 1_234);
          host.crash();
          host.start();
        });
        world.timers.arm(strike, second * 1_000_000);
      }
      await world.runFor('10s');
      // Another figure is right after a change to how chance is drawn or events are fired, if all Nodes agree on it.
      expect([world.digest, world.events]).toEqual(['75eae69793c7fe04', 4_991]);
    }
  });

  test('whatever befalls hosts, and however promises are driven, a run repeats and its dead are silent', async () => {
    const change: fc.Arbitrary<Change> = fc.record({
      at: fc.nat(200_000),
      host: fc.nat(2),
      what: fc.constantFrom('crash', 'start', 'pause', 'resume', 'drift', 'lag', 'jump'),
      by: fc.integer({ min: 1, max: 400_000 }),
    });
    const run = async (changes: readonly Change[], drive: DriveName) => {
      const world = new SimulatedWorld({ seed: 3, drive, shuffleTies: true });
      const acts = new Map<string, number>();
      for (const name of ['a', 'b', 'c']) {
        world.addHost(name, async (context) => {
          const { incarnation, messages, random } = context;
          messages.onMessage = async () => {
            await Promise.resolve();
            setTimeout(() => messages.send(name === 'a' ? 'b' : 'a', incarnation), 3);
          };
          for (;;) {
            await sleep(`${1 + random.below(9_000)}us`, { world: context });
            expect(world.host(name).state).toBe('up');
            acts.set(name, incarnation);
            messages.send('c', incarnation);
          }
        });
      }
      for (const { at, host: index, what, by } of changes) {
        const strike = new CallTimer(() => {
          const host = world.hosts[index]!;
          if (what === 'drift') host.drift(by - 200_000);
          else if (what === 'lag') host.setLag(by % 5_000);
          else if (what === 'jump') host.jumpWall(by - 200_000);
          else host[what]();
        });
        world.timers.arm(strike, at);
      }
      await world.runFor('250ms');
      expect(world.failures).toEqual([]);
      for (const host of world.hosts) if (host.state === 'down') expect(host.pendingTimers).toBe(0);
      return [world.digest, world.events, [...acts]];
    };
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
        const first = await run(changes, 'fast');
        expect(await run(changes, 'fast')).toEqual(first);
        expect(await run(changes, 'portable')).toEqual(first);
      }),
      { numRuns: 25 },
    );
  });

  test('the digest tells apart what the trace tells apart', () => {
    const crashed = run(7, (world) => {
      world.timers.arm(new CallTimer(() => world.host('b').crash()), 500_000);
    });
    expect(crashed.digest).not.toBe(run(7).digest);
  });

  test('synchronous programs do the same with promises going on between events', async () => {
    const world = new SimulatedWorld({ seed: 7 });
    chatter(world);
    await world.runFor('1s');
    expect([world.digest, world.events]).toEqual([run(7).digest, run(7).events]);
  });

  test('time passes only from event to event, and then to the end of the run', () => {
    const world = new SimulatedWorld({ seed: 1 });
    const seen: number[] = [];
    for (const due of [5, 3_000, 3_000_000]) {
      world.timers.arm(new CallTimer(() => seen.push(world.clock.now())), due);
    }
    world.runForSync('2s');
    expect([seen, world.clock.now()]).toEqual([[5, 3_000], 2_000_000]);
    world.runForSync('1s');
    expect([seen, world.clock.now()]).toEqual([[5, 3_000, 3_000_000], 3_000_000]);
    expect(world.events).toBe(3);
  });

  test('ties: in the order of arming, or in one that the seed decides', () => {
    const order = (seed: number, shuffleTies: boolean) => {
      const world = new SimulatedWorld({ seed, shuffleTies });
      const fired: number[] = [];
      for (let index = 0; index < 6; index++) {
        world.timers.arm(new CallTimer(() => fired.push(index)), index < 5 ? 10 : 11);
      }
      world.runForSync('1ms');
      return fired;
    };
    expect(order(1, false)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(order(1, true)).toEqual(order(1, true));
    const seen = new Set<string>();
    for (let seed = 0; seed < 2_000; seed++) {
      const fired = order(seed, true);
      expect(fired.at(-1)).toBe(5);
      seen.add(fired.join());
    }
    expect(seen.size).toBe(120);
  });

  test('every promise goes on as far as it can before the next event, however long the chain', async () => {
    const world = new SimulatedWorld({ seed: 1 });
    const log: string[] = [];
    world.addHost('a', async (context) => {
      await sleep('1ms', { world: context });
      for (let link = 0; link < 100; link++) await Promise.resolve();
      await new Promise<void>((resolve) => process.nextTick(() => queueMicrotask(resolve)));
      log.push(`woke at ${world.clock.now()}`);
      await sleep('1ms', { world: context });
      log.push(`again at ${world.clock.now()}`);
    });
    world.timers.arm(new CallTimer(() => log.push('next event')), 1_001);
    await world.runFor('1s');
    expect(log).toEqual(['woke at 1000', 'next event', 'again at 2000']);
  });

  test('after every event, onEvent sees what its promises did', async () => {
    const world = new SimulatedWorld({ seed: 1 });
    let done = 0;
    const seen: number[] = [];
    world.onEvent = () => seen.push(done);
    world.addHost('a', async (context) => {
      for (let turn = 0; turn < 3; turn++) {
        await sleep('1ms', { world: context });
        await Promise.resolve();
        done++;
      }
    });
    await world.runFor('1s');
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  test('promises of a crashed process stay pending for ever', async () => {
    const world = new SimulatedWorld({ seed: 1 });
    let woke = false;
    world.addHost('a', async (context: HostContext) => {
      await sleep('10ms', { world: context });
      woke = true;
    });
    world.timers.arm(new CallTimer(() => world.host('a').crash()), 5_000);
    await world.runFor('1s');
    expect(woke).toBe(false);
    expect(world.pending).toBe(0);
  });

  test('tells of faults by chance with what the host was doing', () => {
    const world = new SimulatedWorld({ seed: 1 });
    const faults: string[] = [];
    world.addHost('a', ({ describe }) => describe(() => ({ role: 'leader', phase: 'steady' })));
    world.runForSync(0);
    world.onFault = (kind, subject, { role, phase }) => faults.push(`${kind} ${subject} ${role} ${phase}`);
    world.choices.site('loss', 'b>a').happens(1_000_000);
    world.choices.site('torn-write', 'a').happens(1_000_000);
    world.strike('crash', 'a');
    world.strike('partition', '');
    expect(faults).toEqual([
      'loss b>a leader steady',
      'torn-write a leader steady',
      'crash a leader steady',
      'partition   ',
    ]);
  });

  test('refuses to run twice at a time, and after it was closed', async () => {
    const world = new SimulatedWorld({ seed: 1 });
    const running = world.runFor('1ms');
    expect(() => world.runForSync('1ms')).toThrow('runs once at a time');
    await running;
    world.addHost('a', () => {});
    world.close();
    expect(world.host('a').state).toBe('down');
    await expect(world.runFor('1ms')).rejects.toThrow('closed');
  });

  test('a world that grows without end is stopped', () => {
    const world = new SimulatedWorld({ seed: 1, pendingMax: 100 });
    world.addHost('a', ({ timers, clock }) => {
      for (let index = 0; index < 200; index++) timers.arm(new CallTimer(() => {}), clock.now() + 1_000);
    });
    world.runForSync('1ms');
    expect(world.failures).toMatchObject([{ host: 'a', error: { code: 'ASSERTION_FAILED' } }]);
  });

  test('a program that never lets time go on is stopped', async () => {
    const world = new SimulatedWorld({ seed: 1, pendingMax: 100 });
    world.addHost('a', () => {
      const again = () => setImmediate(again);
      again();
    });
    await expect(world.runFor('1ms')).rejects.toThrow('too many events at one instant');
  });

  test('switches: armed once per run by their share, on by chance, and recorded', () => {
    const armed = (seed: number, only?: []) => {
      const world = new SimulatedWorld({ seed, switches: 0.5, only });
      const on = new Map<string, number>();
      world.addHost('a', ({ switches }) => {
        for (let ask = 0; ask < 400; ask++) {
          const name = `branch-${ask % 4}`;
          if (switches!.on(name)) on.set(name, (on.get(name) ?? 0) + 1);
        }
      });
      world.runForSync(0);
      return { on: [...on], taken: world.choices.taken.length };
    };
    expect(armed(3)).toEqual(armed(3));
    let branches = 0;
    for (let seed = 0; seed < 100; seed++) {
      const { on, taken } = armed(seed);
      branches += on.length;
      expect(taken).toBe(on.length + on.reduce((sum, [, count]) => sum + count, 0));
      for (const [, count] of on) expect(Math.abs(count - 25)).toBeLessThan(22);
    }
    expect(Math.abs(branches - 200)).toBeLessThan(40);
    expect(armed(3, [])).toEqual({ on: [], taken: 0 });
  });
});
