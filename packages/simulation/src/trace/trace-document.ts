import type { JsonValue } from '@holdfast/core';
import type { Choice } from '../choices/choices.ts';
import type { FaultPlan } from '../plan/fault-plan.ts';
import type { TimedOperation } from '../scenario/scenario.ts';
import type { TraceEvent } from './trace-event.ts';

/**
 * One run as JSON: what was run, how it ended, and everything that happened in it. It holds all that a person needs
 * to look at the run (`tracePage`), and all that the simulator needs to run it again (`seed`, `plan`, `operations`,
 * `choices`).
 */
export interface TraceDocument {
  readonly version: 1;
  /** The name of the scenario. */
  readonly scenario: string;
  readonly seed: number | string;
  /** The commit of the code that was run, where it is known: a seed means the same on the same code only. */
  readonly commit?: string;
  /** The command that runs this again. */
  readonly replay: string;
  /** `'passed'`, or what kind of failure it is, such as `'violated'`. */
  readonly verdict: string;
  /** What is wrong, in a sentence or several. Empty when nothing is. */
  readonly text: string;
  /** The faults that were planned. */
  readonly plan: FaultPlan;
  /** The work that was done. */
  readonly operations: readonly TimedOperation<JsonValue>[];
  /** The improbable things that happened. */
  readonly choices: readonly Choice[];
  /** The names of the hosts, in the scenario's order. */
  readonly hosts: readonly string[];
  /** How many events from the beginning of the run are not in `events`. */
  readonly droppedEvents: number;
  /** In the order in which they happened. */
  readonly events: readonly TraceEvent[];
}
