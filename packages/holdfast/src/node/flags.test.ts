import { expect, test } from 'vitest';
import { flagHelp, flags } from './flags.ts';

test('the help names every option once, in lines that fit', () => {
  const help = flagHelp();
  for (const name of Object.keys(flags)) {
    expect(
      help.filter((line) => line.startsWith(`  --${name} `)),
      name,
    ).toHaveLength(1);
  }
  expect(Math.max(...help.map(({ length }) => length))).toBeLessThanOrEqual(120);
});
