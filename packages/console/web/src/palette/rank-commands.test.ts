import { expect, test } from 'vitest';
import { rankCommands } from './rank-commands.ts';

const titles = ['storefront', 'Show the last hour', 'order-events', 'orders', 'fraud-orders', 'gateway'];
const rank = (text: string): string[] =>
  rankCommands([{ title: 'Logs', always: true }, ...titles.map((title) => ({ title }))], text).map(
    ({ title }) => title,
  );

test('a beginning comes before the beginning of a word, a piece, and strewn letters', () => {
  expect(rank('or')).toEqual([
    'order-events',
    'orders',
    'fraud-orders',
    'storefront',
    'Show the last hour',
    'Logs',
  ]);
});

test('case and space do not matter; what does not fit is left out, but for what is always offered', () => {
  expect(rank(' GATE ')).toEqual(['gateway', 'Logs']);
  expect(rank('xyz')).toEqual(['Logs']);
});

test('nothing typed leaves everything as it is', () => {
  expect(rank('')).toEqual(['Logs', ...titles]);
});
