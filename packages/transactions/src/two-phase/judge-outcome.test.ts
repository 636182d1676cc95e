import { expect, test } from 'vitest';
import { judgeOutcome } from './judge-outcome.ts';

test('what is found is judged by what is wanted, and by whether somebody may have asked before', () => {
  expect(judgeOutcome('committed', 'committed', true)).toBe('done');
  expect(judgeOutcome('committed', 'unknown', true)).toBe('heuristic');
  expect(judgeOutcome('committed', 'unknown', false)).toBe('unconfirmed');
  expect(judgeOutcome('committed', 'rolled back', false)).toBe('heuristic');
  expect(judgeOutcome('committed', 'mixed', false)).toBe('heuristic');
  expect(judgeOutcome('rolled back', 'rolled back', true)).toBe('done');
  expect(judgeOutcome('rolled back', 'unknown', true)).toBe('heuristic');
  expect(judgeOutcome('rolled back', 'unknown', false)).toBe('done');
  expect(judgeOutcome('rolled back', 'committed', false)).toBe('heuristic');
});
