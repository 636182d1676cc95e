import { diskErrors, isHoldfastError, Timer } from '@holdfast/core';
import { CoverageTally } from '../coverage/coverage-tally.ts';
import { FaultAtlas } from '../disk/fault-atlas.ts';
import { executePlan, type PlanExecution } from '../plan/execute-plan.ts';
import { describeFailure, type ProcessFailure } from '../simulation/process-failure.ts';
import { SimulatedWorld } from '../simulation/simulated-world.ts';
import type { SimulatedHost } from '../simulation/simulation.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { TraceRecorder } from '../trace/trace-recorder.ts';
import { crash, describeError, RunEnded, type RunFailure } from './run-failure.ts';
import type { RunInputs } from './run-inputs.ts';
import type { RunResult } from './run-result.ts';
import { GivenOrder, watchMoments } from './run-watch.ts';
import type { TimedOperation } from './scenario.ts';
import { WatchedGlobals } from './watched-globals.ts';

/** How long a supervisor takes to start a process again that has ended by itself, in microseconds. */
const restartAfter = 100_000;

/**
 * One run of a scenario, but for the passing of virtual time, which is up to its driver: {@link begin}, the storm,
 * {@link heal}, slices of settling until {@link settled}, and {@link finish}. What goes wrong ends it with
 * {@link RunEnded}, thrown out of the passing of time.
 */
export class Run {
  readonly world: SimulatedWorld;
  readonly #inputs: RunInputs;
  readonly #globals: WatchedGlobals = new WatchedGlobals();
  readonly #coverage: CoverageTally = new CoverageTally();
  readonly #recorder: TraceRecorder | undefined;
  readonly #invariants: readonly (readonly [string, Invariant])[];
  #state: unknown;
  #execution: PlanExecution | undefined;
  #failuresSeen = 0;
  #failure: RunFailure | undefined;
  /** What is told of the run, once it is over. */
  #trace: TraceEvent[] | undefined;
  #settlesBy = 0;

  constructor(inputs: RunInputs) {
    const { scenario, seed, plan, only, trace, order, watch, witness } = inputs;
    this.#inputs = inputs;
    this.#invariants = Object.entries(scenario.invariants ?? {});
    this.#recorder = trace ? new TraceRecorder() : undefined;
    const minority = Math.floor((Object.keys(scenario.hosts).length - 1) / 2);
    const { damagedHostsMax = Math.max(0, minority) } = plan;
    this.world = new SimulatedWorld({
      seed,
      only,
      tracer: witness?.tracer ?? this.#recorder,
      observer: witness?.observer,
      switches: plan.switches,
      chooseTie: order && new GivenOrder(order, watch).choose,
      atlas: new FaultAtlas({ damagedHostsMax, areaOf: scenario.faults?.lastingDamage?.areaOf }),
    });
  }

  /** Starts the hosts and the storm. */
  begin(): void {
    const { world } = this;
    const { scenario, plan, operations, watch } = this.#inputs;
    this.#state = scenario.state(world);
    world.onFault = (kind, _subject, description) => {
      if (description.role !== '') this.#coverage.count(kind, description);
    };
    for (const [name, program] of Object.entries(scenario.hosts)) {
      world.addHost(name, (context) => program(context, this.#state));
    }
    if (watch !== undefined) watchMoments(watch, world);
    this.#execution = executePlan(plan, world, {
      onStrike: (kind, host) => this.#coverage.count(kind, host.describe()),
    });
    for (const operation of operations) {
      world.timers.arm(new OperationTimer(this, operation), world.clock.now() + operation.at);
    }
    world.onEvent = () => this.#afterEvent();
  }

  /** Does one operation, as code on no host. */
  perform({ operation, client }: TimedOperation): void {
    const failed = (error: unknown) =>
      this.fail(crash(error, `operation ${JSON.stringify(operation)} threw ${describeError(error)}`));
    try {
      const { scenario } = this.#inputs;
      const done = scenario.perform?.(operation, client, this.#state, this.world);
      if (done instanceof Promise) done.catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  /** Ends the storm. */
  heal(): void {
    this.#execution!.heal();
    this.#settlesBy = this.world.clock.now() + this.#inputs.settling;
  }

  /** Whether what must get done is done, or too late. */
  get settled(): boolean {
    const { scenario, settling } = this.#inputs;
    const late = this.world.clock.now() >= this.#settlesBy;
    if (scenario.progress === undefined) return late;
    const done = this.#ask('progress', (state, world) => scenario.progress?.(state, world));
    if (done || this.#failure !== undefined) return true;
    if (!late) return false;
    const hosts = this.world.hosts.map((host) => `${host.name} ${describeHost(host)}`).join(', ');
    this.fail({
      verdict: 'liveness',
      text: `no progress within ${settling / 1_000} ms after everything was healed: ${hosts}`,
    });
    return true;
  }

  /** How much time to let pass before {@link settled} is asked again, in microseconds: half of what has passed. */
  get slice(): number {
    const { scenario, settling } = this.#inputs;
    const left = this.#settlesBy - this.world.clock.now();
    if (scenario.progress === undefined) return left;
    return Math.min(left, Math.max(1_000, Math.ceil(settling / 200), Math.floor((settling - left) / 2)));
  }

  /** Takes note of why the run fails; the first reason counts. */
  fail(failure: RunFailure): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    const { tracer, clock } = this.world;
    const event: TraceEvent = { what: 'failure', at: clock.now(), text: failure.text };
    if (this.#trace !== undefined) this.#trace.push(event);
    else if (tracer.enabled) tracer.record(event);
  }

  /** What was thrown out of the passing of time. */
  broke(error: unknown): void {
    if (!(error instanceof RunEnded)) this.fail(crash(error, describeError(error)));
  }

  /** Checks the whole, ends the world and gives the verdict. */
  finish(): RunResult {
    const { world } = this;
    if (this.#failure === undefined) this.#check();
    const { digest, events } = world;
    const time = world.clock.now();
    world.onEvent = undefined;
    // Hosts end with their world, which is nothing that happened in it.
    this.#trace = this.#recorder?.events();
    world.close();
    if (this.#failure === undefined) this.#checkLeaks();
    const { scenario, seed, plan, operations, hosts, storm, strategy, only, order } = this.#inputs;
    return {
      scenario: scenario.name,
      seed,
      ...(this.#failure ?? ({ verdict: 'passed', text: '' } as const)),
      digest,
      events,
      time,
      plan,
      operations,
      ...(hosts && { hosts }),
      storm,
      strategy,
      choices: world.choices.taken,
      restricted: only !== undefined,
      ...(order && { order }),
      coverage: this.#coverage.toJSON(),
      ...(this.#trace && { trace: this.#trace }),
      ...(this.#recorder?.dropped && { traceDropped: this.#recorder.dropped }),
    };
  }

  #afterEvent(): void {
    this.#execution!.afterEvent();
    const { failures } = this.world;
    while (this.#failuresSeen < failures.length) this.#processEnded(failures[this.#failuresSeen++]!);
    if (this.#failure === undefined) this.#checkInvariants();
    if (this.#failure !== undefined) throw new RunEnded();
  }

  #checkInvariants(): void {
    for (const [invariant, holds] of this.#invariants) {
      const wrong = this.#ask(`invariant '${invariant}'`, holds);
      if (wrong !== undefined) this.fail({ verdict: 'invariant', invariant, text: `${invariant}: ${wrong}` });
      if (this.#failure !== undefined) return;
    }
  }

  /** What a check of the scenario answers; one that throws fails the run. */
  #ask<Answer>(who: string, check: (state: unknown, world: SimulatedWorld) => Answer): Answer | undefined {
    try {
      return check(this.#state, this.world);
    } catch (error) {
      this.fail(crash(error, `${who} threw ${describeError(error)}`));
      return undefined;
    }
  }

  /** A process that ended as it may is started again; any other end fails the run. */
  #processEnded(failure: ProcessFailure): void {
    const mayEnd = this.#inputs.scenario.mayEnd ?? isDiskError;
    if (!mayEnd(failure.error)) {
      this.fail(crash(failure.error, describeFailure(failure)));
      return;
    }
    const { world } = this;
    world.timers.arm(
      new Restart(world.host(failure.host), this.#execution!),
      world.clock.now() + restartAfter,
    );
  }

  #check(): void {
    const { scenario } = this.#inputs;
    const finding = this.#ask('the check', (state, world) => scenario.check?.(state, world));
    if (finding === undefined) return;
    const verdict = finding.verdict === 'undecided' ? 'undecided' : 'check';
    this.fail({ verdict, text: finding.text });
  }

  #checkLeaks(): void {
    const replaced = this.#globals.replaced();
    if (replaced.length > 0) {
      this.fail({ verdict: 'leak', text: `global ${replaced.join(', ')} is another one after the run` });
    }
    for (const { name, pendingTimers } of this.world.hosts) {
      if (pendingTimers === 0) continue;
      this.fail({ verdict: 'leak', text: `${pendingTimers} timers of ${name} are armed after its end` });
    }
  }
}

type Invariant = (state: unknown, world: SimulatedWorld) => string | undefined;

class OperationTimer extends Timer {
  readonly #run: Run;
  readonly #operation: TimedOperation;

  constructor(run: Run, operation: TimedOperation) {
    super();
    this.#run = run;
    this.#operation = operation;
  }

  override fire(): void {
    this.#run.perform(this.#operation);
  }
}

/** Starts a host again, unless it is up already or a fault keeps it down. */
class Restart extends Timer {
  readonly #host: SimulatedHost;
  readonly #execution: PlanExecution;

  constructor(host: SimulatedHost, execution: PlanExecution) {
    super();
    this.#host = host;
    this.#execution = execution;
  }

  override fire(): void {
    if (this.#host.state === 'down' && !this.#execution.holdsDown(this.#host)) this.#host.start();
  }
}

function isDiskError(error: unknown): boolean {
  return isHoldfastError(error) && Object.hasOwn(diskErrors.definitions, error.code);
}

function describeHost(host: SimulatedHost): string {
  const { role, phase } = host.describe();
  return phase === '' ? role : `${role}/${phase}`;
}
