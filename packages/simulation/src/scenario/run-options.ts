import type { Duration } from '@holdfast/core';
import type { Choice } from '../choices/choices.ts';
import type { FaultPlan } from '../plan/fault-plan.ts';
import type { RunStrategy } from './run-result.ts';
import type { TimedOperation } from './scenario.ts';

/** Which run of a scenario. What is not given follows from the seed. */
export interface RunOptions {
  readonly seed: number | string;
  /** How a plan is drawn when none is given. Default `swarm`. */
  readonly strategy?: RunStrategy;
  readonly plan?: FaultPlan;
  readonly operations?: readonly TimedOperation[];
  /** Nothing improbable happens but these. */
  readonly only?: readonly Choice[];
  /**
   * Which event comes first at the first instant at which several are due, at the second, and so on: 0 is the one armed
   * first. Default, and where it ends: 0.
   */
  readonly order?: readonly number[];
  /** The hosts that take part, where the scenario can do with fewer. */
  readonly hosts?: readonly string[];
  /** How long faults may strike. Default the scenario's. */
  readonly storm?: Duration;
  /** Whether to record what happened. Default false. */
  readonly trace?: boolean;
}
