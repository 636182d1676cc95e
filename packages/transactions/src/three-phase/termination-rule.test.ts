import { expect, test } from 'vitest';
import { terminate } from './termination-rule.ts';

test('what is decided stands; who is pre-committed draws the others along; else it is rolled back', () => {
  expect(terminate(['ready', 'committed'])).toBe('commit');
  expect(terminate(['ready', 'aborted'])).toBe('abort');
  expect(terminate(['ready', 'pre-committed'])).toBe('pre-commit');
  expect(terminate(['ready', 'ready'])).toBe('abort');
});
