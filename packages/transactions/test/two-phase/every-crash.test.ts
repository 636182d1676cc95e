// Goal: whatever coordinator is stopped wherever, the transfer is in all databases or in none. Method: every boundary of the
// coordinator with the ledger and the databases; and for some, every pair of one boundary and one of the process that takes
// over.
import { describe, expect, test } from 'vitest';
import { bankCases, everyCrash } from './every-crash.ts';

const inPairs: readonly string[] = ['two databases', 'a last resource'];

describe('a transfer whose coordinators are stopped anywhere', () => {
  test.each(bankCases.map((bankCase) => [bankCase.name, bankCase] as const))(
    '%s',
    async (name, bankCase) => {
      const { passages, outcomes } = await everyCrash(bankCase, inPairs.includes(name));
      expect(passages).toBeGreaterThan(inPairs.includes(name) ? 400 : 10);
      expect(outcomes).toBe(bankCase.outcomes);
    },
    300_000,
  );
});
