import { ManualWorld, seededRandom } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { throttle } from './throttle.ts';
import { ThrottleCore } from './throttle-core.ts';

function succeed(): string {
  return 'done';
}

function fail(): never {
  throw new Error('the backend is overloaded');
}

describe('a throttle', () => {
  test('refuses nothing while half of the requests or more are accepted', () => {
    const calls = throttle({ world: new ManualWorld() });
    for (let call = 0; call < 500; call++) {
      expect(calls.tryExecuteSync(succeed).ok).toBe(true);
      expect(calls.tryExecuteSync(fail)).toMatchObject({ error: { code: 'OPERATION_FAILED' } });
    }
  });

  test('refuses with the probability of the formula', () => {
    const core = new ThrottleCore(2, 120_000_000);
    for (let accept = 0; accept < 100; accept++) core.accepted(0);
    const random = seededRandom(3);
    let expected = 0;
    let refused = 0;
    for (let request = 0; request < 20_000; request++) {
      const { requests, accepts } = core.tally(0);
      expected += Math.max(0, (requests - 2 * accepts) / (requests + 1));
      if (!core.admit(0, random)) refused++;
    }
    expect(refused / expected).toBeCloseTo(1, 2);
  });

  test('when nothing is accepted, lets hardly anything through, but something', () => {
    const world = new ManualWorld();
    const calls = throttle({ world, window: '10s' });
    let sent = 0;
    for (let call = 0; call < 10_000; call++) {
      calls.tryExecuteSync(() => {
        sent++;
        return fail();
      });
      world.advanceSync('1ms');
    }
    expect(sent).toBeGreaterThan(2);
    expect(sent).toBeLessThan(50);
    expect(calls.tryExecuteSync(fail)).toMatchObject({ error: { code: 'LOAD_SHED', executed: 'no' } });
  });

  test('forgets after its window', () => {
    const world = new ManualWorld();
    const calls = throttle({ world, window: '10s' });
    for (let call = 0; call < 1_000; call++) calls.tryExecuteSync(fail);
    expect(calls.idle).toBe(false);
    world.advanceSync('11s');
    expect(calls.idle).toBe(true);
    expect(calls.executeSync(succeed)).toBe('done');
  });

  test('names the option that cannot work', () => {
    expect(() => throttle({ ratio: 0.5 })).toThrow(/ratio/);
    expect(() => throttle({ window: 0 })).toThrow(/window/);
  });
});
