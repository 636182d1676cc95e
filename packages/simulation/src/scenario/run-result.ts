import type { Choice } from '../choices/choices.ts';
import type { Coverage } from '../coverage/coverage.ts';
import type { FaultPlan } from '../plan/fault-plan.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import type { TimedOperation } from './scenario.ts';

/** How a run ended. Everything but `passed` fails. */
export type Verdict =
  | 'passed'
  /** What must hold after every event did not. */
  | 'invariant'
  /** What must hold of the whole run did not. */
  | 'check'
  /** The check could not tell. */
  | 'undecided'
  /** The healed world did not get done in time what it must. */
  | 'liveness'
  /** A program, an operation or a check threw. */
  | 'crash'
  /** The same seed gave two runs. */
  | 'nondeterminism'
  /** Something was left behind: a timer armed, a global patched. */
  | 'leak';

/** What became of one run, as plain data. */
export interface RunResult {
  readonly scenario: string;
  readonly seed: number | string;
  readonly verdict: Verdict;
  /** What is wrong, for a person; empty when the run passed. */
  readonly text: string;
  /** The name of the invariant that broke. */
  readonly invariant?: string;
  /** The place in the code under test that threw, such as `'/app/orders.ts:12:9'`, where a stack names it. */
  readonly thrownAt?: string;
  /** Equal for equal runs. */
  readonly digest: string;
  readonly events: number;
  /** Virtual time that passed, in microseconds. */
  readonly time: number;
  /** What was executed: with {@link RunResult.seed}, everything that makes the run. */
  readonly plan: FaultPlan;
  readonly operations: readonly TimedOperation[];
  /** The hosts that took part, when not all did. */
  readonly hosts?: readonly string[];
  /** How long the storm was, in microseconds. */
  readonly storm: number;
  readonly strategy: RunStrategy;
  /** The improbable things that happened. */
  readonly choices: readonly Choice[];
  /** Whether nothing improbable could happen but {@link RunResult.choices}. */
  readonly restricted: boolean;
  /** The order of events due at the same instant, where it was given. */
  readonly order?: readonly number[];
  readonly coverage: Coverage;
  /** When asked for. */
  readonly trace?: readonly TraceEvent[];
  /** How many events from the beginning of the run are not in {@link RunResult.trace}; left out when none. */
  readonly traceDropped?: number;
}

/**
 * How a run's plan is drawn. `random` draws all plans from one mix. `swarm` lets each seed draw which kinds of faults
 * there are at all, and how many (Groce et al., Swarm Testing, 2012). `priorities` also makes hosts act in an order of
 * priorities, which changes a few times (Burckhardt et al., PCT, 2010).
 */
export type RunStrategy = 'random' | 'swarm' | 'priorities';
