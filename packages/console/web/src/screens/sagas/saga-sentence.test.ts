import { expect, test } from 'vitest';
import { sagaSentence } from './saga-sentence.ts';

const counts = { stuck: 1, running: 2, committed: 3, 'rolled-back': 4 };

test('it says first what waits for a person', () => {
  expect(sagaSentence({ counts, complete: true, silent: [] })).toBe(
    'One waits for you; 2 running, 3 committed, 4 rolled back.',
  );
});

test('it claims nothing of those that are not listed, or of whom nothing is known', () => {
  const sentence = sagaSentence({ counts: { ...counts, stuck: 0 }, complete: false, silent: ['orders'] });
  expect(sentence).toBe(
    'None is stuck; of the 9 that are listed, 2 running, 3 committed, 4 rolled back. orders does not answer.',
  );
});
