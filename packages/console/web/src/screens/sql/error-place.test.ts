import { expect, test } from 'vitest';
import { errorPlace, offsetOf, wordAt } from './error-place.ts';

test('the place of an error is the word in the text', () => {
  const sql = "SELECT 1\nFROM spans WHERE nothing = 'x'";
  const place = errorPlace('the query is refused: line 2, column 18: Binder Error: "nothing" not found');
  expect(place).toEqual({ line: 2, column: 18 });
  const [from, to] = wordAt(sql, offsetOf(sql, place!));
  expect(sql.slice(from, to)).toBe('nothing');
});

test('an error without a place has none, and one beyond the text is at its end', () => {
  expect(errorPlace('the query is refused: it takes longer than 10000 ms')).toBeUndefined();
  expect(errorPlace(undefined)).toBeUndefined();
  expect(offsetOf('SELECT', { line: 9, column: 9 })).toBe(6);
  expect(wordAt('SELECT', 6)).toEqual([6, 6]);
  expect(wordAt('a, (b', 3)).toEqual([3, 4]);
});
