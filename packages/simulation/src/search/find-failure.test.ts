import { describe, expect, test } from 'vitest';
import { primaryBackup } from '../../test/primary-backup.ts';
import { findFailure } from './find-failure.ts';

describe('probe', () => {
  test('x', async () => {
    for (let firstSeed = 0; firstSeed < 300; firstSeed += 30) {
      const failure = await findFailure(primaryBackup(), { seeds: 1000, firstSeed });
      console.log(failure?.text);
    }
  });
});
