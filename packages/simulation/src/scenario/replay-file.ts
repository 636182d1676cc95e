import type { Choice } from '../choices/choices.ts';
import type { FaultPlan } from '../plan/fault-plan.ts';
import type { RunStrategy } from './run-result.ts';
import type { TimedOperation } from './scenario.ts';

/** Everything that makes one run of a scenario, as a file. */
export interface ReplayFile {
  readonly version: 1;
  readonly scenario: string;
  readonly seed: number | string;
  readonly strategy: RunStrategy;
  readonly plan: FaultPlan;
  readonly operations: readonly TimedOperation[];
  /** Nothing improbable happens but these; left out where chance was free. */
  readonly only?: readonly Choice[];
  readonly order?: readonly number[];
  readonly hosts?: readonly string[];
  /** In microseconds. */
  readonly storm: number;
  /** The commit of the code that it failed with, where known. */
  readonly commit?: string;
}
