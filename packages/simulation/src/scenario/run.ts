import { isHoldfastError, Timer } from '@holdfast/core';
import { CoverageTally } from '../coverage/coverage-tally.ts';
import { executePlan, type PlanExecution } from '../plan/execute-plan.ts';
import { SimulatedWorld } from '../simulation/simulated-world.ts';
import { TraceRecorder } from '../trace/trace-recorder.ts';
import { describeError, RunEnded, type RunFailure } from './run-failure.ts';
import type { RunInputs } from './run-inputs.ts';
import type { RunResult } from './run-result.ts';
import type { TimedOperation } from './scenario.ts';
import { WatchedGlobals } from './watched-globals.ts';

/** How long a supervisor takes to start a process again that has ended by itself, in microseconds. */
const restartAfter = 100_000;

/**
 * One run of a scenario, between the stretches of virtual time that its driver lets pass: {@link begin}, the storm,
 * {@link heal}, and slices of settling while it is not {@link settled}. {@link finish} gives the verdict.
 */
export class Run {
  readonly world: SimulatedWorld;
  readonly #inputs: RunInputs;
  readonly #globals: WatchedGlobals = new WatchedGlobals();
  readonly #coverage: CoverageTally = new CoverageTally();
  readonly #recorder: TraceRecorder | undefined;
  readonly #state: unknown;
  readonly #invariants: readonly (readonly [
    string,
    (state: unknown, world: SimulatedWorld) => string | undefined,
  ])[];
  #execution: PlanExecution | undefined;
  #failuresSeen = 0;
  #failure: RunFailure | undefined;
  #settlesBy = 0;

  constructor(inputs: RunInputs) {
    const { scenario, seed, plan, only, trace, strategy } = inputs;
    this.#inputs = inputs;
    this.#recorder = trace ? new TraceRecorder() : undefined;
    this.world = new SimulatedWorld({ seed, only, tracer: this.#recorder, switches: plan.switches });
  }
}
