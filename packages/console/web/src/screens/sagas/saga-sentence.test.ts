import { expect, test } from 'vitest';
import { sagasState } from './saga-sentence.ts';

const counts = { stuck: 1, running: 2, committed: 3, 'rolled-back': 4 };

test('it says first what waits for a person', () => {
  expect(sagasState({ counts, complete: true, silent: [] })).toEqual({
    health: 'failing',
    sentence: 'One saga is stuck and waits for you.',
    facts: '2 running, 3 committed, 4 rolled back',
  });
});

test('it claims nothing of those that are not listed, or of whom nothing is known', () => {
  expect(sagasState({ counts: { ...counts, stuck: 0 }, complete: false, silent: ['orders'] })).toEqual({
    health: 'degraded',
    sentence: 'No saga is stuck; orders does not answer.',
    facts: '2 running, 3 committed, 4 rolled back, of the 9 that are listed',
  });
});
