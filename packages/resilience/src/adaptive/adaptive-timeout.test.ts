import { ManualWorld, sleep } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { adaptiveTimeout } from './adaptive-timeout.ts';

const never = new Promise<never>(() => {});

async function callEvery10ms(
  world: ManualWorld,
  calls: ReturnType<typeof adaptiveTimeout>,
  latency: number,
  count: number,
): Promise<string[]> {
  const ends: string[] = [];
  for (let call = 0; call < count; call++) {
    calls
      .tryExecute(() => sleep(latency, { world }))
      .then((outcome) => ends.push(outcome.ok ? 'answered' : outcome.error.code));
    await world.advance('10ms');
  }
  return ends;
}

describe('an adaptive timeout', () => {
  test('gives every call the most until it knows the latency, and then not much more than it takes', async () => {
    const world = new ManualWorld();
    const calls = adaptiveTimeout({ max: '2s', world });
    expect(calls.limit).toBe(2_000);
    await callEvery10ms(world, calls, 20, 300);
    expect(calls.limit).toBeGreaterThan(38);
    expect(calls.limit).toBeLessThan(46);
  });

  test('ends a call that hangs, aborts its signal, and leaves no timer', async () => {
    const world = new ManualWorld();
    const calls = adaptiveTimeout({ max: '2s', world });
    await callEvery10ms(world, calls, 20, 300);
    let signal: AbortSignal | undefined;
    const outcome = calls.tryExecute((attempt) => {
      signal = attempt.signal;
      return never;
    });
    await world.advance('100ms');
    expect(await outcome).toMatchObject({ error: { code: 'TIMEOUT' } });
    expect(signal?.aborted).toBe(true);
    expect(world.pendingTimers).toBe(0);
  });

  test('notices that calls have become slower, although it ends most of them', async () => {
    const world = new ManualWorld();
    const calls = adaptiveTimeout({ max: '2s', world });
    await callEvery10ms(world, calls, 20, 300);
    const ends = await callEvery10ms(world, calls, 200, 500);
    expect(calls.limit).toBeGreaterThan(390);
    expect(ends.filter((end) => end === 'TIMEOUT').length).toBeLessThan(120);
    expect(ends.slice(-100)).toEqual(Array.from({ length: 100 }, () => 'answered'));
  });

  test('is not driven up by calls that hang', async () => {
    const world = new ManualWorld();
    const calls = adaptiveTimeout({ max: '2s', world });
    for (let round = 0; round < 100; round++) {
      await callEvery10ms(world, calls, 20, 9);
      calls.tryExecute(() => never);
    }
    expect(calls.limit).toBeLessThan(46);
  });

  test('stays between its bounds, and names the option that cannot work', async () => {
    const world = new ManualWorld();
    const calls = adaptiveTimeout({ min: '100ms', max: '2s', world });
    await callEvery10ms(world, calls, 20, 300);
    expect(calls.limit).toBe(100);
    expect(() => adaptiveTimeout({ min: '1s', max: '500ms' })).toThrow(/max/);
    expect(() => adaptiveTimeout({ max: '1s', percentile: 100 })).toThrow(/percentile/);
    expect(() => adaptiveTimeout({ max: '1s', factor: 0.5 })).toThrow(/factor/);
  });
});
