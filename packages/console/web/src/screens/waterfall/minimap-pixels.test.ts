import { expect, test } from 'vitest';
import { type SketchedSpan, sketchedTrace } from '../../../fixtures/sketched-trace.ts';
import { minimapPixels } from './minimap-pixels.ts';
import { spanTree } from './span-tree.ts';

const colours = { services: Uint32Array.of(1, 2), critical: 8, error: 9 };
const draw = (
  roots: readonly SketchedSpan[],
  width: number,
  height: number,
  critical: [number, number, number][] = [],
) => {
  const view = sketchedTrace(roots, critical);
  const pixels = minimapPixels(spanTree(view), width, height, colours);
  return Array.from({ length: height }, (_, y) => [...pixels.subarray(y * width, (y + 1) * width)].join(''));
};

test('each span is where its time is, in its service’s colour', () => {
  const roots = [
    { name: 'a/x', from: 0, to: 10, calls: [{ name: 'b/y', from: 5, to: 10 }] },
    { name: 'a/x', from: 0, to: 2 },
  ];
  expect(draw(roots, 10, 16).slice(0, 4)).toEqual(['1111111111', '0000022222', '1100000000', '0000000000']);
});

test('the critical path and errors lie on top', () => {
  const roots = [{ name: 'a/x', from: 0, to: 10, calls: [{ name: 'b/y', from: 4, to: 6, error: true }] }];
  expect(draw(roots, 10, 16, [[0, 0, 4]]).slice(0, 2)).toEqual(['8888111111', '0000990000']);
});

test('an error is shown where it began, not at everybody who passed it on', () => {
  const roots = [
    { name: 'a/x', from: 0, to: 10, error: true, calls: [{ name: 'b/y', from: 4, to: 6, error: true }] },
  ];
  expect(draw(roots, 10, 16).slice(0, 2)).toEqual(['1111111111', '0000990000']);
});

test('many spans share a line, and the shortest is still seen', () => {
  const calls = Array.from({ length: 999 }, (_, index) => ({ name: 'b/y', from: index, to: index }));
  const lines = draw([{ name: 'a/x', from: 0, to: 1000, calls }], 20, 10);
  expect(lines).toHaveLength(10);
  for (const line of lines) expect(line).toMatch(/2/);
});
