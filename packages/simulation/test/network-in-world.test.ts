import { type Duration, sleep, type WaitOptions } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import type { HostContext } from '../src/host/host-context.ts';
import { networkContract } from '../src/network/contract/network-contract.ts';
import { SimulatedWorld } from '../src/simulation/simulated-world.ts';
import type { TraceEvent } from '../src/trace/trace-event.ts';
import { CallTimer } from './call-timer.ts';

const ways = {
  'as fast as it gets': { drive: 'fast', shuffleTies: false, lag: 0 },
  'in any order, by every Node': { drive: 'portable', shuffleTies: true, lag: 0 },
  'on busy machines': { drive: 'fast', shuffleTies: true, lag: 3_000 },
} as const;

describe.each(Object.entries(ways))('the network of a simulated world, %s', (_way, { lag, ...options }) => {
  test.each(networkContract.map(({ name, run }) => [name, run] as const))('%s', async (name, run) => {
    const world = new SimulatedWorld({ seed: name, ...options });
    let outcome: unknown = 'not yet ended';
    let right: HostContext | undefined;
    world.addHost('right', (context) => {
      right = context;
    });
    world.addHost('left', async (left) => {
      await sleep('1ms', { world: left });
      const held = () => world.pending - world.hosts.reduce((sum, host) => sum + host.pendingTimers, 0);
      const pass = (duration: Duration, wait?: WaitOptions) => sleep(duration, { world: left, ...wait });
      const pair = { left: left.network, right: right!.network, leftHost: 'left', rightHost: 'right' };
      outcome = await run({ ...pair, sleep: pass, held: () => (lag === 0 ? held() : 0) }).catch(
        (error) => error,
      );
    });
    for (const host of world.hosts) host.setLag(lag);
    await world.runFor('5m');
    expect(outcome).toBe(undefined);
    expect(world.failures).toEqual([]);
    world.close();
  });
});

describe('services on simulated hosts', () => {
  /** Clients that ask a service for its count over and over, while links and hosts fail; and what they heard. */
  async function run(seed: number, drive: 'fast' | 'portable') {
    const trace: TraceEvent[] = [];
    const world = new SimulatedWorld({
      seed,
      drive,
      tracer: { enabled: true, record: (event) => void trace.push(event) },
    });
    const heard: string[] = [];
    world.addHost('counter', ({ serve, incarnation }) => {
      let count = 0;
      serve(80, async (request) => {
        await request.text();
        return Response.json({ incarnation, count: ++count });
      });
    });
    for (const name of ['a', 'b', 'c']) {
      world.addHost(name, async (context) => {
        for (let number = 0; ; number++) {
          await sleep(`${context.random.below(50)}ms`, { world: context });
          try {
            const response = await fetch('http://counter/', {
              method: 'POST',
              body: 'x'.repeat(number * 100),
            });
            heard.push(`${name} ${number} ${await response.text()}`);
          } catch (error) {
            heard.push(`${name} ${number} ${(error as { cause: { code: string } }).cause.code}`);
          }
        }
      });
    }
    world.network.setConditions({ loss: 0.02, duplication: 0.02, reordering: 0.05 });
    const counter = world.host('counter');
    const at = (millis: number, act: () => void) => {
      world.timers.arm(new CallTimer(act), millis * 1_000);
    };
    let heal = () => {};
    at(2_000, () => counter.crash());
    at(3_000, () => counter.start());
    at(5_000, () => counter.pause());
    at(5_500, () => counter.resume());
    at(8_000, () => {
      heal = world.network.cut('a', 'counter');
    });
    at(16_000, () => heal());
    await world.runFor('30s');
    world.close();
    return { heard, traceDigest: world.traceDigest, digest: world.digest, failures: world.failures, trace };
  }

  test('see crashes, pauses and cuts as they would see real ones', async () => {
    const { heard, failures } = await run(2, 'fast');
    expect(failures).toEqual([]);
    const codes = new Set(heard.flatMap((line) => /[A-Z_]{6,}/.exec(line) ?? []));
    expect(codes).toContain('ECONNRESET');
    expect(codes).toContain('UND_ERR_CONNECT_TIMEOUT');
    expect(heard.filter((line) => line.includes('"incarnation":1')).length).toBeGreaterThan(50);
    expect(heard.filter((line) => line.includes('"incarnation":2')).length).toBeGreaterThan(500);
  });

  test('one seed gives one run, whatever drives it', async () => {
    const first = await run(2, 'fast');
    const again = await run(2, 'portable');
    expect(again.heard).toEqual(first.heard);
    expect(again.traceDigest).toBe(first.traceDigest);
    expect(again.digest).toBe(first.digest);
    expect((await run(3, 'fast')).digest).not.toBe(first.digest);
  });
});
