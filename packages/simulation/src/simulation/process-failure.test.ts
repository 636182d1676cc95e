import { sleep } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { CallTimer } from '../../test/call-timer.ts';
import type { HostContext } from '../host/host-context.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { describeFailure, ProcessExit } from './process-failure.ts';
import { SimulatedWorld } from './simulated-world.ts';

describe('what a program does not catch', () => {
  const failing: Record<string, (context: HostContext) => void | Promise<void>> = {
    'thrown at once': () => {
      throw new Error('boom');
    },
    'rejected by the program': async (context) => {
      await sleep('1ms', { world: context });
      throw new Error('boom');
    },
    'thrown by a timer': ({ timers, clock }) => {
      const explode = new CallTimer(() => {
        throw new Error('boom');
      });
      timers.arm(explode, clock.now() + 1_000);
    },
    'thrown by a microtask': () => {
      queueMicrotask(() => {
        throw new Error('boom');
      });
    },
    'thrown by a tick': () => {
      process.nextTick(() => {
        throw new Error('boom');
      });
    },
    'a rejection that nobody handles': () => {
      void Promise.reject(new Error('boom'));
    },
  };
  for (const drive of ['fast', 'portable'] as const) {
    test.each(Object.keys(failing))(`ends its process, and nothing else (${drive}): %s`, async (name) => {
      const world = new SimulatedWorld({ seed: 1, drive });
      let others = 0;
      world.addHost('a', failing[name]!);
      world.addHost('b', async (context) => {
        await sleep('5ms', { world: context });
        others++;
      });
      await world.runFor('1s');
      expect(world.failures).toMatchObject([{ host: 'a', incarnation: 1, error: { message: 'boom' } }]);
      expect(world.host('a').state).toBe('down');
      expect([others, world.clock.now()]).toEqual([1, 1_000_000]);
    });
  }

  test('what code on no host throws ends the run, and the listeners of this process are back', async () => {
    const world = new SimulatedWorld({ seed: 1 });
    const before = process.rawListeners('unhandledRejection');
    world.timers.arm(
      new CallTimer(() => {
        throw new Error('mine');
      }),
      1_000,
    );
    await expect(world.runFor('1s')).rejects.toThrow('mine');
    expect(process.rawListeners('unhandledRejection')).toEqual(before);
    world.timers.arm(
      new CallTimer(() => {
        throw new Error('mine too');
      }),
      world.clock.now() + 1_000,
    );
    expect(() => world.runForSync('1s')).toThrow('mine too');
    world.runForSync('1s');
  });
});

describe('process.exit on a simulated host', () => {
  test('ends the simulated process there and then', async () => {
    const trace: TraceEvent[] = [];
    const world = new SimulatedWorld({
      seed: 1,
      tracer: { enabled: true, record: (event) => trace.push(event) },
    });
    let wentOn = false;
    world.addHost('a', async (context) => {
      await sleep('1ms', { world: context });
      setTimeout(() => {
        wentOn = true;
      }, 10);
      process.exit(3);
      wentOn = true;
    });
    await world.runFor('1s');
    expect(wentOn).toBe(false);
    expect(world.failures).toMatchObject([{ host: 'a', at: 1_000, how: 'exited' }]);
    const [failure] = world.failures;
    expect(failure!.error).toBeInstanceOf(ProcessExit);
    expect(describeFailure(failure!)).toBe('a exited with code 3');
    expect(trace.map((event) => ('text' in event ? event.text : event.what))).toEqual([
      'host',
      'a exited with code 3',
      'host',
    ]);
    expect(world.host('a').state).toBe('down');
  });

  test('is the real one elsewhere, and afterwards', async () => {
    const { exit } = process;
    const world = new SimulatedWorld({ seed: 1 });
    await world.runFor('1s');
    expect(process.exit).toBe(exit);
  });
});
