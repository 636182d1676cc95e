import { claimCases } from './claim-cases.ts';
import type { LedgerCase } from './ledger-case.ts';
import { messageCases } from './message-cases.ts';
import { runCases } from './run-cases.ts';
import { visitCases } from './visit-cases.ts';
import { workerCases } from './worker-cases.ts';

/**
 * What every `LedgerEngine` has to keep, as cases for any test runner:
 *
 *     for (const { name, needs, run } of ledgerContract) {
 *       test.skipIf(!needs.every(has))(name, () => run(newLedger()));
 *     }
 */
export const ledgerContract: readonly LedgerCase[] = [
  ...runCases,
  ...messageCases,
  ...claimCases,
  ...visitCases,
  ...workerCases,
];
