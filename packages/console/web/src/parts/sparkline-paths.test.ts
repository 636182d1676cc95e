import { expect, test } from 'vitest';
import { sparklinePaths } from './sparkline-paths.ts';

test('a line goes from edge to edge, the highest value at the top', () => {
  const { line, area } = sparklinePaths([0, 10, 5], 100, 20);
  expect(line).toBe('M0,19L50,1L100,10');
  expect(area).toBe('M0,20L0,19L50,1L100,10L100,20Z');
});

test('a hole breaks the line, and a value alone is a dot', () => {
  expect(sparklinePaths([1, 1, null, 1], 30, 10).line).toBe('M0,1L10,1M30,1h1');
});

test('nothing, or nothing but zeros, is drawn without an error', () => {
  expect(sparklinePaths([], 30, 10)).toEqual({ line: '', area: '' });
  expect(sparklinePaths([0, 0], 30, 10).line).toBe('M0,9L30,9');
});

test('a scale of its own may be higher, and what exceeds it stays inside', () => {
  expect(sparklinePaths([0.5, 2], 10, 10, 1).line).toBe('M0,5L10,1');
});
