import { expect, test } from 'vitest';
import { boxWidth, fitted } from './box-width.ts';

const bounds = { min: 170, max: 240 };

test('boxes are as wide as the longest name, but not much wider than usual', () => {
  for (const name of ['ts-gateway-service', 'ts-preserve-other-service', 'recommendationservice']) {
    const width = boxWidth(['a', name], bounds);
    expect(fitted(name, width)).toBe(name);
    expect(fitted(name, width, true)).toBe(name);
  }
  expect(boxWidth(['b'], bounds)).toBe(boxWidth(['shop'], bounds));
  expect(boxWidth(['x'.repeat(200)], bounds)).toBe(bounds.max);
  expect(fitted('x'.repeat(200), bounds.max)).toMatch(/^x+…$/);
});
