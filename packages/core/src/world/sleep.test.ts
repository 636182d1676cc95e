import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { ManualWorld } from './manual-world.ts';
import { sleep } from './sleep.ts';

describe('sleep', () => {
  test('resolves after its duration, not before', async () => {
    const world = new ManualWorld();
    let awake = false;
    void sleep('250ms', { world }).then(() => {
      awake = true;
    });
    await world.advance('249999us');
    expect(awake).toBe(false);
    await world.advance('1us');
    expect(awake).toBe(true);
  });

  test('aborted, it rejects with the reason as cause and leaves neither timer nor listener', async () => {
    const world = new ManualWorld();
    const controller = new AbortController();
    const reason = new Error('the client hung up');
    const sleeping = sleep('1h', { world, signal: controller.signal });
    expect([world.pendingTimers, getEventListeners(controller.signal, 'abort').length]).toEqual([1, 1]);
    controller.abort(reason);
    await expect(sleeping).rejects.toMatchObject({ code: 'ABORTED', cause: reason });
    expect([world.pendingTimers, getEventListeners(controller.signal, 'abort').length]).toEqual([0, 0]);
  });

  test('slept through, it leaves no listener', async () => {
    const world = new ManualWorld();
    const { signal } = new AbortController();
    const sleeping = sleep(5, { world, signal });
    await world.advance(5);
    await sleeping;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('rejects at once on a signal that has aborted, and on a bad duration', async () => {
    const world = new ManualWorld();
    await expect(sleep(5, { world, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(sleep(-5, { world })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(world.pendingTimers).toBe(0);
  });
});
