import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { sha1 } from './sha1.ts';

describe('sha1', () => {
  test('is what everybody else computes, for every length around a block', () => {
    for (let length = 0; length < 200; length++) {
      const bytes = Uint8Array.from({ length }, (_, place) => (place * 37 + length) & 255);
      expect(Buffer.from(sha1(bytes)).toString('hex')).toBe(createHash('sha1').update(bytes).digest('hex'));
    }
  });
});
