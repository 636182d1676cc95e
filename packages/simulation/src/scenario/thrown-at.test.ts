import { expect, test } from 'vitest';
import { thrownAt } from './thrown-at.ts';

const own = new URL('./run.ts', import.meta.url).href;

function thrown(...frames: string[]): Error {
  const error = new Error('odd');
  error.stack = ['Error: odd', 'which goes on (a:1:2)', ...frames.map((frame) => `    at ${frame}`)].join(
    '\n',
  );
  return error;
}

test.each([
  [['pay (file:///app/orders.ts:12:9)', 'main (file:///app/main.ts:1:1)'], '/app/orders.ts:12:9'],
  [['file:///app/orders.ts:12:9'], '/app/orders.ts:12:9'],
  [['async Shop.pay [as buy] (/app/the orders (1).ts:12:9)'], '/app/the orders (1).ts:12:9'],
  [['JSON.parse (<anonymous>)', 'pay (/app/orders.ts:12:9)'], '/app/orders.ts:12:9'],
  [
    [`Run.perform (${own}:1:2)`, 'node:internal/timers:5:1', 'pay (/app/orders.ts:1:2)'],
    '/app/orders.ts:1:2',
  ],
  [['assert (/app/node_modules/@holdfast/core/dist/assert.js:1:2)', '/app/a.ts:3:4'], '/app/a.ts:3:4'],
  [[`Run.perform (${own}:1:2)`], undefined],
  [[], undefined],
])('%j', (frames, place) => {
  expect(thrownAt(thrown(...frames))).toBe(place);
});

test('what is no error comes from nowhere', () => {
  expect(thrownAt('a text')).toBeUndefined();
});
