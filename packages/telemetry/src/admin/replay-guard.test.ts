import { expect, test } from 'vitest';
import { ReplayGuard } from './replay-guard.ts';

const now = 1_000_000;

test('lets a request in once, and none from another time', () => {
  const guard = new ReplayGuard();
  expect(guard.judge('a', now, now)).toBe('fresh');
  expect(guard.judge('a', now, now)).toBe('repeated');
  expect(guard.judge('b', now - 30_001, now)).toBe('late');
  expect(guard.judge('c', now + 30_001, now)).toBe('late');
});

test('a request cannot come again at any time at which it is not late', () => {
  const guard = new ReplayGuard();
  const date = now + 30_000;
  expect(guard.judge('a', date, now)).toBe('fresh');
  for (let later = now; later <= now + 70_000; later += 1_000) {
    expect(guard.judge('a', date, later)).not.toBe('fresh');
  }
});

test('remembers so many and no more, and refuses rather than forget', () => {
  const guard = new ReplayGuard();
  for (let count = 0; count < 10_000; count++) guard.judge(`${count}`, now, now);
  expect(guard.judge('more', now, now)).toBe('busy');
  expect(guard.judge('0', now, now)).toBe('repeated');
  const later = now + 60_001;
  expect(guard.judge('more', later, later)).toBe('fresh');
});
