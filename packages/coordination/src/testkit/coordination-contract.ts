import { callCases } from './call-cases.ts';
import type { CoordinationCase } from './coordination-case.ts';
import { keyCases } from './key-cases.ts';
import { leaseCases } from './lease-cases.ts';
import { transactionCases } from './transaction-cases.ts';
import { watchCases } from './watch-cases.ts';

/**
 * What every `CoordinationStore` has to keep, as cases for any test runner; those whose `needs` the engine cannot give
 * are left out:
 *
 *     const cases = coordinationContract.filter(({ needs }) => needs.every((hook) => hook in under));
 *     for (const { name, run } of cases) test(name, () => run(under));
 */
export const coordinationContract: readonly CoordinationCase[] = [
  ...keyCases,
  ...transactionCases,
  ...watchCases,
  ...leaseCases,
  ...callCases,
];
