import { AsyncLocalStorage } from 'node:async_hooks';
import nodeCrypto, { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as namedSetTimeout } from 'node:timers';
import timersPromises, {
  setInterval as everyInterval,
  scheduler,
  setTimeout as sleep,
} from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { CallTimer } from '../../test/call-timer.ts';
import type { HostContext } from '../host/host-context.ts';
import type { Program } from '../host/program.ts';
import { SimulatedWorld } from '../simulation/simulated-world.ts';

const wall = Date.UTC(2031, 4, 6);

/** What `program` says on a host of its own that runs for a minute. */
async function said<T>(
  program: (say: (value: T) => void, context: HostContext) => void | Promise<void>,
  seed = 1,
) {
  const world = new SimulatedWorld({ seed, wall, wallSkew: 0 });
  const values: T[] = [];
  world.addHost('a', (context) => program((value) => values.push(value), context));
  await world.runFor('1m');
  expect(world.failures).toEqual([]);
  return values;
}

/** Every global that a run touches, as it is now. */
function everything(): unknown[] {
  const names = ['Timeout', 'Interval', 'Immediate'].flatMap((kind) => [`set${kind}`, `clear${kind}`]);
  return [
    [...names, 'Date', 'fetch'].map((name) => Object.getOwnPropertyDescriptor(globalThis, name)),
    [namedSetTimeout, sleep, everyInterval, randomUUID, randomBytes],
    [{ ...timersPromises }, nodeCrypto.randomUUID, scheduler.wait, AbortSignal.timeout],
    [Date.now, performance.now, process.hrtime, process.uptime, Math.random, crypto.randomUUID],
    [crypto, performance, scheduler].map((object) => Object.getOwnPropertyNames(object)),
  ];
}

describe('the globals, on a simulated host', () => {
  test('setTimeout waits in the time of the host', async () => {
    const values = await said<unknown>((say, { clock }) => {
      const begun = clock.now();
      const log = (...values: unknown[]) => say([...values, clock.now() - begun]);
      setTimeout(log, 2_000, 'two seconds', 2);
      setTimeout(log, 0.4, 'shortest');
      setTimeout(log, 2 ** 31, 'too long');
      setTimeout(log, 1.9, 'whole milliseconds');
      setImmediate(log, 'immediate');
      const gone = setTimeout(log, 10, 'cleared');
      clearTimeout(gone);
      const numbered = Number(setTimeout(log, 10, 'cleared by its number'));
      clearTimeout(numbered);
      namedSetTimeout(log, 5_000, 'of node:timers');
    });
    expect(values).toEqual([
      ['immediate', 0],
      ['shortest', 1_000],
      ['too long', 1_000],
      ['whole milliseconds', 1_000],
      ['two seconds', 2, 2_000_000],
      ['of node:timers', 5_000_000],
    ]);
  });

  test('setInterval repeats until it is cleared, and timeouts can be refreshed', async () => {
    const values = await said<number>((say, { clock }) => {
      const begun = clock.now();
      let left = 3;
      const interval = setInterval(() => {
        say(clock.now() - begun);
        if (--left === 0) clearInterval(interval);
      }, 100);
      const timeout = setTimeout(() => say(-1), 1_000);
      setTimeout(() => timeout.refresh(), 900);
      expect([timeout.hasRef(), timeout.unref().hasRef(), timeout.ref().hasRef()]).toEqual([
        true,
        false,
        true,
      ]);
    });
    expect(values).toEqual([100_000, 200_000, 300_000, -1]);
  });

  test('timers/promises and promisified timers wait in the time of the host too', async () => {
    const values = await said<unknown>(async (say, { clock }) => {
      let before = clock.now();
      const passed = () => {
        const micros = clock.now() - before;
        before = clock.now();
        return micros;
      };
      say([await sleep(3_000, 'value'), passed()]);
      say([await timersPromises.setImmediate('soon'), passed()]);
      say([await promisify(setTimeout)(20, 'form'), passed()]);
      say([await promisify(setImmediate)('now'), passed()]);
      await scheduler.wait(7);
      await scheduler.yield();
      say(passed());
      let count = 0;
      for await (const value of everyInterval(10, 'tick')) {
        say([value, passed()]);
        if (++count === 2) break;
      }
      await expect(sleep(1, 0, { signal: AbortSignal.abort('why') })).rejects.toMatchObject({
        name: 'AbortError',
        code: 'ABORT_ERR',
        cause: 'why',
      });
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 5);
      await expect(sleep(1_000, 0, { signal: controller.signal })).rejects.toThrow('aborted');
      say(passed());
    });
    expect(values).toEqual([
      ['value', 3_000_000],
      ['soon', 0],
      ['form', 20_000],
      ['now', 0],
      7_000,
      ['tick', 10_000],
      ['tick', 10_000],
      5_000,
    ]);
  });

  test('Date, performance and process tell the time of the host', async () => {
    const values = await said<unknown>(async (say) => {
      class Moment extends Date {}
      const begun = performance.now();
      const moment = process.hrtime();
      const nanoseconds = process.hrtime.bigint();
      const uptime = process.uptime();
      await sleep(1_500);
      say([Date.now(), new Date().toISOString(), new Moment().getTime(), Date().slice(11, 15)]);
      say([new Date(5).getTime(), Date.UTC(1970), new Date(2_020, 1) instanceof Date]);
      say([new Moment() instanceof Moment, new Moment() instanceof Date]);
      say([performance.now() - begun, process.hrtime(moment), process.hrtime.bigint() - nanoseconds]);
      say(Math.round(process.uptime() - uptime));
    });
    expect(values).toEqual([
      [wall + 1_500, '2031-05-06T00:00:01.500Z', wall + 1_500, '2031'],
      [5, 0, true],
      [true, true],
      [1_500, [1, 500_000_000], 1_500_000_000n],
      2,
    ]);
  });

  test('chance is that of the host, the same for the same seed', async () => {
    const program = async (say: (value: unknown) => void) => {
      say(Math.random());
      say([crypto.randomUUID(), nodeCrypto.randomUUID(), randomUUID()]);
      say([...crypto.getRandomValues(new Uint16Array(4))]);
      say(randomBytes(5).toString('hex'));
      say(await promisify(randomBytes as never)(5 as never));
    };
    const first = await said(program);
    expect(await said(program)).toEqual(first);
    expect(await said(program, 2)).not.toEqual(first);
    const [number, ids] = first as [number, string[]];
    expect(number).toBeLessThan(1);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('fetch reaches the other hosts, for a service that knows nothing of simulations', async () => {
    const world = new SimulatedWorld({ seed: 1 });
    const answers: unknown[] = [];
    world.addHost('stock', ({ serve }) => {
      let left = 2;
      serve(8080, async (request) => {
        await sleep(20);
        const { count } = (await request.json()) as { count: number };
        if (count > left) return new Response('sold out', { status: 409 });
        left -= count;
        return Response.json({ left });
      });
    });
    const order = async (count: number) => {
      const response = await fetch('http://stock:8080/orders', {
        method: 'POST',
        body: JSON.stringify({ count }),
        signal: AbortSignal.timeout(1_000),
      });
      return response.ok ? response.json() : response.status;
    };
    world.addHost('shop', async () => {
      for (const count of [1, 1, 1]) answers.push(await order(count));
      world.host('stock').crash();
      answers.push(await order(1).catch((error: Error) => error.name));
    });
    await world.runFor('1m');
    expect(world.failures).toEqual([]);
    expect(answers.slice(0, 3)).toEqual([{ left: 1 }, { left: 0 }, 409]);
    expect(['TypeError', 'TimeoutError']).toContain(answers[3]);
  });

  test('AbortSignal.timeout expires in the time of the host', async () => {
    const values = await said<unknown>(async (say, { clock }) => {
      const begun = clock.now();
      const signal = AbortSignal.timeout(250);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      say([clock.now() - begun, (signal.reason as DOMException).name]);
    });
    expect(values).toEqual([[250_000, 'TimeoutError']]);
  });

  test('each host has its own, also when what one of them does lets the other go on', async () => {
    const world = new SimulatedWorld({ seed: 1, wall, wallSkew: 0 });
    const seen: string[] = [];
    let open: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const waiting: Program = async () => {
      await gate;
      seen.push(`a ${new Date().toISOString()}`);
      await sleep(10);
      seen.push(`a ${new Date().toISOString()}`);
    };
    world.addHost('a', waiting);
    world.addHost('b', async () => {
      await sleep(1_000);
      seen.push(`b ${new Date().toISOString()}`);
      open();
    });
    world.host('a').jumpWall(3_600_000);
    await world.runFor('1m');
    expect(seen).toEqual([
      'b 2031-05-06T00:00:01.000Z',
      'a 2031-05-06T01:00:01.000Z',
      'a 2031-05-06T01:00:01.010Z',
    ]);
  });

  test("asynchronous callbacks are their host's after an await too: of timers, and of messages", async () => {
    const world = new SimulatedWorld({ seed: 1, wall, wallSkew: 0 });
    const seen: string[] = [];
    const later = async (name: string) => {
      await Promise.resolve();
      const before = Date.now();
      await sleep(5);
      seen.push(`${name} ${new Date().getFullYear()} after ${Date.now() - before} ms`);
    };
    world.addHost('a', ({ timers, clock, messages }) => {
      timers.arm(new CallTimer(() => void later('timer')), clock.now() + 1_000);
      messages.send('b', 'hello');
    });
    world.addHost('b', ({ messages }) => {
      messages.onMessage = () => void later('message');
    });
    world.host('b').jumpWall(366 * 86_400_000);
    await world.runFor('1s');
    expect(seen.sort()).toEqual(['message 2032 after 5 ms', 'timer 2031 after 5 ms']);
  });

  test('code on no host has the real ones, also when it waits for a host', async () => {
    const world = new SimulatedWorld({ seed: 1, wall });
    let finish: () => void = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const years: number[] = [];
    const observe = async () => {
      years.push(new Date().getFullYear());
      await finished;
      years.push(new Date().getFullYear());
    };
    world.timers.arm(new CallTimer(() => void observe()), 500);
    world.onEvent = () => years.push(new Date().getFullYear());
    world.addHost('a', async () => {
      await sleep(10);
      finish();
    });
    const before = new Date().getFullYear();
    const observing = observe();
    await world.runFor('1s');
    await observing;
    expect(years.length).toBeGreaterThan(6);
    expect(new Set(years)).toEqual(new Set([before]));
  });

  test('a crash takes the timeouts along; what is left of the process sets none', async () => {
    const world = new SimulatedWorld({ seed: 1 });
    let fired = 0;
    world.addHost('a', async () => {
      setInterval(() => fired++, 10);
      setTimeout(() => {
        world.host('a').crash();
        setTimeout(() => fired++, 1);
      }, 25);
    });
    await world.runFor('1m');
    expect([fired, world.pending]).toEqual([2, 0]);
  });

  test('a callback goes on in the asynchronous context in which it was set', async () => {
    const requests = new AsyncLocalStorage<string>();
    const values = await said<unknown>((say) => {
      for (const request of ['one', 'two']) {
        requests.run(request, () => setTimeout(() => say(requests.getStore()), 5));
      }
    });
    expect(values).toEqual(['one', 'two']);
  });
});

describe('the globals, after a run', () => {
  const before = everything();

  test('are what they were, also when the run throws', async () => {
    await said(() => {});
    expect(everything()).toEqual(before);
    const world = new SimulatedWorld({ seed: 1 });
    world.onEvent = () => {
      throw new Error('invariant');
    };
    world.addHost('a', () => {});
    await expect(world.runFor('1s')).rejects.toThrow('invariant');
    expect(everything()).toEqual(before);
  });

  test('are refused to a second simulation, and there for it later', async () => {
    const first = new SimulatedWorld({ seed: 1 });
    const second = new SimulatedWorld({ seed: 2 });
    const running = first.runFor('1s');
    await expect(second.runFor('1s')).rejects.toThrow('one simulation at a time');
    await running;
    await second.runFor('1s');
    expect(everything()).toEqual(before);
  });

  test('that a program kept for itself are the real ones', async () => {
    let kept = globalThis.Date;
    await said(() => {
      kept = globalThis.Date;
    });
    expect(kept).not.toBe(Date);
    expect(Math.abs(kept.now() - Date.now())).toBeLessThan(10_000);
  });
});
