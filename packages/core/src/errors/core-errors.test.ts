import { expect, test } from 'vitest';
import { asHoldfastError, assert, coreErrors, invalidArgument } from './core-errors.ts';

test('a bad argument is named with its value and what would work', () => {
  const error = invalidArgument('retry.attempts', -1, 'a whole number from 1');
  expect(error.code).toBe('INVALID_ARGUMENT');
  expect(error.message).toBe('retry.attempts is -1, but must be a whole number from 1');
  expect(error.context).toEqual({ field: 'retry.attempts', value: '-1', expected: 'a whole number from 1' });
});

test.each([
  ['text', '"text"'],
  ['x'.repeat(100), `"${'x'.repeat(80)}…"`],
  [10n, '10n'],
  [[1, 2], 'an array of 2'],
  [{}, 'an object'],
  [() => 1, 'a function'],
  [Symbol('s'), 'Symbol(s)'],
  [undefined, 'undefined'],
  [null, 'null'],
])('%o is shown as %s', (value, shown) => {
  expect(invalidArgument('field', value, 'other').context['value']).toBe(shown);
});

test('a revoked proxy is refused like any object', () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  expect(invalidArgument('field', revoked.proxy, 'other').context['value']).toBe('an object');
});

test('a bad secret is not shown', () => {
  expect(JSON.stringify(invalidArgument('redis.password', 'hunter2', 'longer'))).not.toContain('hunter2');
  const url = `redis://admin:${'hunter2'.repeat(20)}@cache`;
  expect(JSON.stringify(invalidArgument('url', url, 'a URL with TLS'))).not.toContain('hunter2');
});

test('an assertion passes or throws', () => {
  assert(true, 'unused');
  expect(() => assert(false, 'term went back')).toThrow(
    expect.objectContaining({ code: 'ASSERTION_FAILED', message: 'term went back' }),
  );
});

test('anything thrown becomes a HoldfastError that keeps it as the cause', () => {
  const ours = coreErrors.create('ABORTED', { message: 'm' });
  expect(asHoldfastError(ours)).toBe(ours);
  const foreign = new TypeError('x is not a function');
  expect(asHoldfastError(foreign)).toMatchObject({
    code: 'UNEXPECTED',
    message: 'TypeError: x is not a function',
    cause: foreign,
  });
  expect(asHoldfastError('boom').message).toBe('Thrown: boom');
  expect(asHoldfastError(Object.create(null)).message).toBe('Thrown: [unreadable]');
  expect(asHoldfastError(AbortSignal.abort().reason).code).toBe('ABORTED');
  expect(asHoldfastError(new DOMException('late', 'TimeoutError')).code).toBe('DEADLINE_EXCEEDED');
});
