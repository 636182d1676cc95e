import { expect, test } from 'vitest';
import { textTable } from './text-table.ts';

test('columns are as wide as what is in them, and numbers stand to the right', () => {
  expect(
    textTable(
      ['name', 'term', 'note'],
      [
        ['a', 2, ''],
        ['longer', 10, 'well'],
      ],
    ),
  ).toEqual(['name    term  note', 'a          2', 'longer    10  well']);
  expect(textTable(['name'], [])).toEqual(['name']);
});
