import type { JournalCase } from './journal-case.ts';
import { recordCases } from './record-cases.ts';
import { snapshotCases } from './snapshot-cases.ts';

/**
 * What every `Journal` has to keep, as cases for any test runner:
 *
 *     for (const { name, run } of journalContract) test(name, () => run(newSubject()));
 */
export const journalContract: readonly JournalCase[] = [...recordCases, ...snapshotCases];
