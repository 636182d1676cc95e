import { ManualWorld } from '@holdfast/core';
import { expect, test } from 'vitest';
import { protect } from './protect.ts';

test('it retries, and keeps what is not idempotent from being repeated', async () => {
  const world = new ManualWorld();
  const calls = protect({ name: 'stock', world });
  let runs = 0;
  const twice = calls.execute(async () => {
    if (++runs < 3) throw new Error('down');
    return runs;
  });
  await world.advance('10s');
  expect(await twice).toBe(3);
  const once = calls.tryExecute(() => Promise.reject(new Error(`${++runs}`)), { idempotent: false });
  await world.advance('10s');
  expect([(await once).ok, runs]).toEqual([false, 4]);
});

test('each attempt and the whole are bounded, and the fallback answers in the end', async () => {
  const world = new ManualWorld();
  const calls = protect({ timeout: '1s', totalTimeout: '2s', fallback: () => 'none', world });
  const call = calls.tryExecute(() => new Promise<string>(() => {}));
  await world.advance('2s');
  expect(await call).toEqual({ ok: true, value: 'none', degradedBy: 'protected-fallback' });
  expect(world.pendingTimers).toBe(0);
});

test('an option that cannot work is named', () => {
  expect(() => protect({ attempts: 0 })).toThrow('maxAttempts is 0');
});
