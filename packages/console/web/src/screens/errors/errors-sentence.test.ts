import { expect, test } from 'vitest';
import type { ErrorGroupRow } from '../../api/console-api.ts';
import { errorsSentence } from './errors-sentence.ts';

const group = (name: string, service: string, count: number) => ({ name, service, count }) as ErrorGroupRow;

test('it names what happens most', () => {
  expect(errorsSentence([group('E', 'cart', 100), group('TIMEOUT', 'payments', 300)])).toBe(
    'TIMEOUT of payments is 75% of 400 errors.',
  );
});

test('one alone, and none', () => {
  expect(errorsSentence([group('E', 'cart', 1)])).toBe('E of cart is the only error.');
  expect(errorsSentence([])).toBe('No errors in this window.');
});
