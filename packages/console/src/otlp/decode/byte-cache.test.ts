import { expect, it } from 'vitest';
import { ByteCache } from './byte-cache.ts';

it('gives back what was kept for the very same bytes, and nothing else', () => {
  const cache = new ByteCache();
  // Far more than it holds, and alike but for their ends.
  const keys = Array.from({ length: 30_000 }, (_, index) => Buffer.from(`some-long-prefix-${index}`));
  const mistakes: string[] = [];
  let known = 0;
  for (const round of [0, 1]) {
    for (const [index, key] of keys.entries()) {
      const found = cache.find(key, 0, key.length);
      if (found !== undefined) known += round;
      if ((found ?? `${index}`) !== `${index}`) mistakes.push(`${index} was ${found}`);
      cache.keep(key, 0, key.length, `${index}`);
      if (cache.find(key, 0, key.length) !== `${index}`) mistakes.push(`${index} was not kept`);
    }
  }
  expect(mistakes).toEqual([]);
  expect(known).toBeGreaterThan(0);
});

it('keeps nothing for what is long', () => {
  const cache = new ByteCache();
  const key = Buffer.alloc(65, 1);
  expect(cache.find(key, 0, 65)).toBeUndefined();
  cache.keep(key, 0, 65, 'long');
  expect(cache.find(key, 0, 65)).toBeUndefined();
  expect(cache.find(key, 0, 64)).toBeUndefined();
});
