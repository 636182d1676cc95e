import { expect, test } from 'vitest';
import { CurrentReads } from './current-reads.ts';

test('a read must not be made below what was committed when it was asked for', () => {
  const reads = new CurrentReads();
  reads.asked(1, 5);
  reads.asked(2, 6);
  reads.asked(3, 6);
  expect(reads.answered('n1', { outcome: 'ready', id: 2, index: 5 })).toBe(
    'n1 reads at 5, but 6 was committed before it was asked',
  );
  expect(reads.answered('n1', { outcome: 'ready', id: 1, index: 5 })).toBeUndefined();
  expect(reads.answered('n1', { outcome: 'refused', id: 3, refusal: 'overdue' })).toBeUndefined();
});
