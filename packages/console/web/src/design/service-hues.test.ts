import { expect, test } from 'vitest';
import { hueCount, serviceHues } from './service-hues.ts';

test('a service has the same hue whatever order it is named in', () => {
  expect(serviceHues(['cart', 'orders', 'stock'])).toEqual(serviceHues(['stock', 'cart', 'orders', 'cart']));
});

test('services differ as long as there are hues for them', () => {
  const services = Array.from({ length: hueCount }, (_, index) => `service-${index}`);
  expect(new Set(serviceHues(services).values()).size).toBe(hueCount);
});

test('more services than hues each have one', () => {
  const services = Array.from({ length: 50 }, (_, index) => `service-${index}`);
  for (const hue of serviceHues(services).values()) expect(hue).toBeLessThan(hueCount);
});
