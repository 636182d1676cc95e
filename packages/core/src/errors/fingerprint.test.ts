import { expect, test } from 'vitest';
import { coreErrors } from './core-errors.ts';
import { fingerprint } from './fingerprint.ts';

test.each([
  ['order 17 took 250ms', 'order # took #'],
  ['no user 9b2f8e3a-dead-beef-cafe-0123456789ab', 'no user #'],
  ['no user abcdefab-dead-beef-cafe-abcdefabcdef', 'no user #'],
  ['connect ECONNREFUSED 127.0.0.1:5432', 'connect ECONNREFUSED #'],
  ['connect ECONNREFUSED ::1:5432', 'connect ECONNREFUSED ::#'],
  ['at 2026-01-02T03:04:05.678Z', 'at #'],
  ['trace 4bf92f3577b34da6a3ce929d0e0e4736 lost', 'trace # lost'],
  [
    "Cannot read properties of undefined (reading 'name')",
    "Cannot read properties of undefined (reading 'name')",
  ],
])('%s', (message, normalised) => {
  expect(fingerprint(new Error(message)).message).toBe(normalised);
});

test('the same trouble has the same key, other trouble another', () => {
  const make = (component: string, message: string): string =>
    fingerprint(coreErrors.create('ABORTED', { message, origin: { component } })).key;
  expect(make('orders', 'order 1 aborted')).toBe(make('orders', 'order 2 aborted'));
  expect(make('orders', 'order 1 aborted')).not.toBe(make('payments', 'order 1 aborted'));
  expect(make('orders', 'order 1 aborted')).not.toBe(make('orders', 'order 1 stopped'));
  expect(fingerprint(new TypeError('m')).key).not.toBe(fingerprint(new RangeError('m')).key);
});

test('a code comes before a class name, and no part grows without bound', () => {
  expect(fingerprint(Object.assign(new Error('m'), { code: 'ECONNRESET' })).name).toBe('ECONNRESET');
  const huge = 'x'.repeat(1e6);
  expect(fingerprint(Object.assign(new Error(huge), { code: huge })).key.length).toBeLessThan(500);
});

test('anything thrown has one', () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  for (const thrown of [undefined, null, 'text 1', 7, Symbol('s'), Object.create(null), revoked.proxy]) {
    expect(fingerprint(thrown).name).toBe('Thrown');
  }
});
