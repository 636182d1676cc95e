import { expect, test } from 'vitest';
import { causeChain } from './causes.ts';

test('the chain runs from the error to its root', () => {
  const root = new TypeError('root');
  const middle = new Error('middle', { cause: root });
  const outer = new Error('outer', { cause: middle });
  expect(causeChain(outer)).toEqual([outer, middle, root]);
  expect(causeChain('text')).toEqual(['text']);
  expect(causeChain(new Error('m', { cause: 'text' }))).toHaveLength(2);
});

test('a cycle and an endless chain end', () => {
  const one = new Error('one');
  one.cause = new Error('two', { cause: one });
  expect(causeChain(one)).toHaveLength(2);
  const endless = new Error('endless');
  Object.defineProperty(Error.prototype, 'cause', {
    configurable: true,
    get: () => new Error('next'),
  });
  try {
    expect(causeChain(endless)).toHaveLength(16);
  } finally {
    Reflect.deleteProperty(Error.prototype, 'cause');
  }
});
