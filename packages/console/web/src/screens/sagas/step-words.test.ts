import { expect, test } from 'vitest';
import type { AdminSagaDetail, AdminSagaStep } from '../../api/console-api.ts';
import { stateWords } from './step-words.ts';

const step = (name: string, state: string): AdminSagaStep =>
  ({ name, state, kind: 'step', attempts: 0 }) as unknown as AdminSagaStep;
const saga = (status: AdminSagaDetail['status'], ...moments: [what: string, step?: string][]) => ({
  status,
  timeline: moments.map(([what, name]) => ({ what, step: name })) as unknown as AdminSagaDetail['timeline'],
});

test('what is ahead of a saga that goes back is not reached', () => {
  expect(stateWords(saga('running', ['step started', 'charge']), step('ship', 'ahead'))).toBe('ahead');
  expect(stateWords(saga('running', ['saga failed', 'charge']), step('ship', 'ahead'))).toBe('not reached');
  expect(stateWords(saga('rolled-back'), step('ship', 'ahead'))).toBe('not reached');
});

test('a step that was left is the one that failed, or was not undone', () => {
  const failed = saga('rolled-back', ['saga failed', 'charge']);
  expect(stateWords(failed, step('charge', 'left'))).toBe('failed');
  expect(stateWords(failed, step('reserve', 'left'))).toBe('left as it is');
  expect(stateWords(failed, step('reserve', 'undone'))).toBe('undone');
});
