import { agreementCases } from './agreement-cases.ts';
import type { ConformanceCase } from './conformance-case.ts';
import { crashCases } from './crash-cases.ts';
import { networkCases } from './network-cases.ts';
import { stormCases } from './storm-cases.ts';
import { timeCases } from './time-cases.ts';

/**
 * What every consensus algorithm has to keep, as cases for any test runner. In every case agreement, validity,
 * integrity, one leader a term, terms that never fall and true answers are checked all the time.
 *
 *     for (const { name, run } of consensusConformance) test(name, () => run(protocol, newSimulation(seed)));
 */
export const consensusConformance: readonly ConformanceCase[] = [
  ...agreementCases,
  ...crashCases,
  ...networkCases,
  ...timeCases,
  ...stormCases,
];
