import { randomInt } from 'node:crypto';
import { sleep } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { CallTimer } from '../../test/call-timer.ts';
import type { HostContext } from '../host/host-context.ts';
import type { Program } from '../scenario/scenario.ts';
import { SimulatedWorld } from '../simulation/simulated-world.ts';
import { checkDeterminism, describeDivergence } from './check-determinism.ts';

// What a program takes when its module is loaded, a simulation does not reach.
const realNow = Date.now;
const realPerformance = performance.now.bind(performance);
const realRandom = Math.random;

const wait = (context: HostContext, micros: number) => sleep(`${Math.ceil(micros)}us`, { world: context });

async function divergenceOf(program: Program) {
  return checkDeterminism(async (witness) => {
    const world = new SimulatedWorld({ seed: 5, ...witness });
    for (const name of ['a', 'b']) world.addHost(name, program);
    await world.runFor('1s');
    return world.digest;
  });
}

describe('the check of determinism', () => {
  test('passes what takes time and chance from its world, or from the globals on a host', async () => {
    expect(
      await divergenceOf(async (context) => {
        context.messages.onMessage = (message, from) => context.note(`${from} says ${message}`);
        for (let turn = 0; turn < 50; turn++) {
          await wait(context, context.random.below(3_000) + (Date.now() % 5) + Math.random() * 10);
          context.messages.send('b', `${turn} ${crypto.randomUUID()} ${performance.now()}`);
        }
      }),
    ).toBeUndefined();
  });

  // Waits that end before the second is over, and so many that two runs hardly ever have the same.
  const waits = 900_000;
  const leaks: Record<string, (context: HostContext) => number> = {
    'real time': () => (realNow() * 7_919 + realPerformance() * 1_000) % waits,
    'real randomness': () => realRandom() * waits,
    'randomness that nobody replaces': () => randomInt(waits),
  };
  test.each(Object.keys(leaks))('catches %s in what a program does, and names the event', async (leak) => {
    const divergence = await divergenceOf(async (context) => {
      await wait(context, 1_000);
      if (context.host === 'b') await wait(context, leaks[leak]!(context));
      await wait(context, 5_000_000);
    });
    // Two starts and two ends of the first wait are the same; what 'b' does next is not.
    expect(divergence?.first).toMatch(/^\d+us b: Alarm$/);
    expect(divergence?.second).toMatch(/^\d+us b: Alarm$/);
    expect(divergence?.first).not.toBe(divergence?.second);
    expect(divergence?.before.at(-1)).toBe('1000us b: Alarm');
    expect(describeDivergence(divergence!)).toContain(`  second: ${divergence?.second}`);
  });

  test('catches a leak that shows in the trace alone', async () => {
    const divergence = await divergenceOf(async (context) => {
      await wait(context, 1_000);
      context.note('measured', { micros: realPerformance() });
    });
    expect(divergence?.first).toContain('"text":"measured"');
  });

  test('catches a run that goes on for longer, and one that ends otherwise', async () => {
    let runs = 0;
    const longer = await checkDeterminism((witness) => {
      const world = new SimulatedWorld({ seed: 1, ...witness });
      for (let count = 0; count <= runs; count++) world.timers.arm(new CallTimer(() => {}), 1_000 + count);
      runs++;
      world.runForSync('1s');
      return 'the end';
    });
    expect(longer).toMatchObject({
      index: 1,
      first: 'ends with the end',
      second: '1001us the world: CallTimer',
    });
    const otherwise = await checkDeterminism(() => `turn ${++runs}`);
    expect(otherwise).toEqual({
      index: 0,
      first: 'ends with turn 3',
      second: 'ends with turn 4',
      before: [],
    });
  });
});
