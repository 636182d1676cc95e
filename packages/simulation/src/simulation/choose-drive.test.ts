import { describe, expect, test } from 'vitest';
import { chooseDrive, isEquivalent } from './choose-drive.ts';
import { type Drive, driveByMacrotasks, driveByTicks } from './drive.ts';
import { logOf, trickyPrograms } from './tricky-programs.ts';

/** Lets promises go on for a fixed number of steps: what a drive must not do. */
const driveByAwaits = (awaits: number): Drive => {
  return async (step) => {
    while (step()) for (let count = 0; count < awaits; count++) await undefined;
  };
};

describe('a drive', () => {
  test.each(trickyPrograms.map(({ name }) => name))(
    'takes the course of the portable one: %s',
    async (name) => {
      const program = trickyPrograms.find((candidate) => candidate.name === name)!;
      const expected = await logOf(program, driveByMacrotasks);
      expect(await logOf(program, driveByTicks)).toEqual(expected);
      expect(expected.length).toBeGreaterThan(5);
    },
  );

  test('is refused when it does not wait for every promise, or for no tick', async () => {
    expect(await isEquivalent(driveByMacrotasks)).toBe(true);
    expect(await isEquivalent(driveByAwaits(1))).toBe(false);
    expect(await isEquivalent(driveByAwaits(200))).toBe(false);
  });

  test('is the fast one on every Node that we support', async () => {
    expect(await chooseDrive('fast')).toBe(driveByTicks);
    expect(await chooseDrive('portable')).toBe(driveByMacrotasks);
  });
});
