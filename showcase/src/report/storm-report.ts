import type { Variant } from '../stack/stack.ts';
import type { Episode } from '../storm/fault.ts';
import type { Run } from './run.ts';
import type { Verdict } from './verdict.ts';

/** The report of a storm, as `--json` prints it. */
export interface StormReport {
  readonly seed: number;
  readonly durationSeconds: number;
  readonly ordersPerSecond: number;
  readonly node: string;
  readonly date: string;
  readonly storm: readonly Episode[];
  readonly runs: Readonly<Partial<Record<Variant, Run>>>;
  readonly verdict: Verdict;
}
