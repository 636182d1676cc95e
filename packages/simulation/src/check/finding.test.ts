import { expect, test } from 'vitest';
import { asFinding } from './finding.ts';

test('a result is a finding unless all is well', () => {
  expect(asFinding({ verdict: 'ok', text: '' })).toBeUndefined();
  expect(asFinding({ verdict: 'violated', text: 'a stale read' })).toEqual({
    verdict: 'violated',
    text: 'a stale read',
  });
  expect(asFinding({ verdict: 'undecided', text: 'no budget' })).toEqual({
    verdict: 'undecided',
    text: 'no budget',
  });
});
