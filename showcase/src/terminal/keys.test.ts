import { expect, test } from 'vitest';
import { parseKeys } from './keys.ts';

test('keys that arrive together are told apart, and unknown ones mean nothing', () => {
  expect(parseKeys('3k\x1b[Bzq')).toEqual([
    { do: 'choose', process: 'payments' },
    { do: 'kill' },
    { do: 'step', by: 1 },
    { do: 'quit' },
  ]);
});

test('Ctrl-C ends it, and capitals are as good as small letters', () => {
  expect(parseKeys('\x03')).toEqual([{ do: 'quit' }]);
  expect(parseKeys('K')).toEqual([{ do: 'kill' }]);
});
