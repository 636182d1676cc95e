import type { Random } from '@holdfast/core';
import { isValidSpanId, isValidTraceId } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hexadecimal, IdSource, randomnessOf, type TraceWords, traceWordsOf } from './ids.ts';

const drawing = (...draws: number[]): IdSource =>
  new IdSource({ uint32: () => draws.shift()! } as Partial<Random> as Random);
const textOf = ([highest, higher, lower, lowest]: TraceWords): string =>
  hexadecimal(highest, higher) + hexadecimal(lower, lowest);
const hex = (value: number) => value.toString(16).padStart(8, '0');
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

test('ids are the draws in hexadecimal, and the randomness can be read from them', () => {
  fc.assert(
    fc.property(uint32, uint32, uint32, uint32, (high, low, rest, randomness) => {
      fc.pre((high | low) !== 0);
      expect(drawing(high, low).spanId()).toBe(hex(high) + hex(low));
      const words = drawing(rest, high, low).traceWords(randomness);
      const traceId = textOf(words);
      expect(traceWordsOf(traceId)).toEqual(words);
      expect(traceId.slice(0, 16)).toBe(hex(high) + hex(low));
      expect(randomnessOf(traceId)).toBe(randomness);
      expect(traceId.slice(16, 18) + traceId.slice(26)).toBe(hex(rest));
      expect(isValidTraceId(traceId)).toBe(true);
    }),
  );
});

test('an id is never all zeros', () => {
  expect(isValidSpanId(drawing(0, 0, 0, 1).spanId())).toBe(true);
  expect(isValidTraceId(textOf(drawing(0, 0, 0, 0, 7).traceWords(0)))).toBe(true);
});
