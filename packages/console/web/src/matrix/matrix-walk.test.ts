import { expect, test } from 'vitest';
import { walkFrom } from './matrix-walk.ts';

//   0 1 2 3
// 0 . a . b
// 1 . . . .
// 2 c . d .
const cells = [
  { name: 'a', row: 0, column: 1 },
  { name: 'b', row: 0, column: 3 },
  { name: 'c', row: 2, column: 0 },
  { name: 'd', row: 2, column: 2 },
];
const walk = (from: string, direction: Parameters<typeof walkFrom>[2]) =>
  walkFrom(cells, cells.find(({ name }) => name === from)!, direction)?.name;

test('sideways one stays in the row, over what is empty', () => {
  expect(walk('a', 'right')).toBe('b');
  expect(walk('b', 'left')).toBe('a');
  expect(walk('b', 'right')).toBeUndefined();
  expect(walk('a', 'left')).toBeUndefined();
});

test('up and down one comes to the nearest of the next row that has any', () => {
  expect(walk('b', 'down')).toBe('d');
  expect(walk('c', 'up')).toBe('a');
  expect(walk('d', 'down')).toBeUndefined();
});
