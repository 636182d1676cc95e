import { describe, expect, test } from 'vitest';
import { primaryBackup } from '../../test/primary-backup.ts';
import { runSeed, runSeedSync } from './run-seed.ts';

describe('runSeed', () => {
  test('one seed gives one run, traced or not, and its result is plain data', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const first = await runSeed(primaryBackup(), { seed });
      expect(runSeedSync(primaryBackup(), { seed })).toEqual(first);
      const { trace, ...traced } = await runSeed(primaryBackup(), { seed, trace: true });
      expect(traced).toEqual(first);
      expect(trace!.length).toBeGreaterThan(100);
      expect(JSON.parse(JSON.stringify(first))).toEqual(first);
    }
  });
});
