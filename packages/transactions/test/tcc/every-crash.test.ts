// Goal: whatever coordinator is stopped wherever, all participants confirm or all cancel. Method: every boundary of the
// coordinator with the ledger and the participants, and every pair of one and one of the process that takes over.
import { describe, expect, test } from 'vitest';
import { everyCrash, travelCases } from './every-crash.ts';

describe('a booking whose coordinators are stopped anywhere', () => {
  test.each(travelCases.map((travelCase) => [travelCase.name, travelCase] as const))(
    '%s',
    async (name, travelCase) => {
      const pairs = name !== 'three houses';
      expect(await everyCrash(travelCase, pairs)).toBeGreaterThan(pairs ? 100 : 10);
    },
    300_000,
  );
});
