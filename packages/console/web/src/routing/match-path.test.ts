import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchPath } from './match-path.ts';

test('a pattern fits its own paths alone', () => {
  expect(matchPath('/', '/')).toEqual({});
  expect(matchPath('/services', '/services/')).toEqual({});
  expect(matchPath('/services/:service', '/services/orders')).toEqual({ service: 'orders' });
  expect(matchPath('/services/:service', '/services')).toBeUndefined();
  expect(matchPath('/services/:service', '/services/')).toBeUndefined();
  expect(matchPath('/services/:service', '/services/a/b')).toBeUndefined();
  expect(matchPath('/services/:service', '/traces/a')).toBeUndefined();
  expect(matchPath('/services/:service', '/services/%')).toBeUndefined();
});

test('any name comes out of a path as it went in', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (name) => {
      const found = matchPath('/a/:name/:other', `/a/${encodeURIComponent(name)}/x`);
      expect(found).toEqual({ name, other: 'x' });
    }),
  );
});
