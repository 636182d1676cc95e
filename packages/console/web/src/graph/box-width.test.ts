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

test('of a path that is too long the end is shown, which tells it from others', () => {
  expect(fitted('/api/v1/routeservice/routes/byIds', 240)).toBe('…/routeservice/routes/byIds');
  expect(fitted('GET /api/v1/routeservice/routes/byIds/', 220)).toBe('GET …/routes/byIds/');
  expect(fitted(`/api/${'x'.repeat(200)}`, 240)).toMatch(/^…\/x+…$/);
  expect(fitted('GET /stock', 170)).toBe('GET /stock');
});
