import type { Duration, JsonValue, Random } from '@holdfast/core';
import type { ExpectedCoverage } from '../coverage/coverage.ts';
import type { FaultAtlasOptions } from '../disk/fault-atlas.ts';
import type { HostContext } from '../host/host-context.ts';
import type { FaultPlan, TroubleKind } from '../plan/fault-plan.ts';
import type { Simulation } from '../simulation/simulation.ts';

/** What a process does from its start to its end: `start` runs anew at each start of its host. */
export type Program = (context: HostContext) => void | Promise<void>;

/** A program of a scenario: it is also given what the checks of the run share, to enter itself there. */
export type ScenarioProgram<State> = (context: HostContext, state: State) => void | Promise<void>;

/** What is to be proven: the hosts, the work that they are given, and what must hold whatever happens. */
export interface Scenario<Operation extends JsonValue = JsonValue, State = unknown> {
  readonly name: string;
  /** The hosts by name, and the program that each runs. */
  readonly hosts: Readonly<Record<string, ScenarioProgram<State>>>;
  /**
   * Whether all programs only use callbacks (timers, messages, disk completions), never promises: runs are then
   * several times faster. Default false.
   */
  readonly synchronous?: boolean;
  /** How long faults may strike. Default '10s'. */
  readonly storm?: Duration;
  /** How long the healed world has until {@link Scenario.progress} must have happened. Default '10s'. */
  readonly settling?: Duration;
  /** The faults that a search may use. Default: all that leave no disk damaged for good. */
  readonly faults?: FaultProfile;
  /** What the faults of a campaign ought to strike; faults that aim at a role aim at these. */
  readonly expectedCoverage?: ExpectedCoverage;
  /**
   * The same with these of its hosts only, so that a failure can be shrunk; undefined when it makes no sense without the
   * others. Leave it out when it needs them all.
   */
  withHosts?(hosts: readonly string[]): Scenario<Operation, State> | undefined;
  /** What the checks of one run share: a history, a model, the hosts' programs. Made before any host starts. */
  state(simulation: Simulation): State;
  /** The work of one run, as data, so that a failure can be shrunk. */
  operations?(random: Random): readonly TimedOperation<Operation>[];
  /**
   * Does one operation, as code on no host. What such code waits for by itself, such as `setImmediate`, goes on in real
   * time, some events later: what is a host's to do, have a timer of that host do. A promise that is still pending when the
   * run ends is no failure.
   */
  perform?(operation: Operation, client: string, state: State, simulation: Simulation): void | Promise<void>;
  /**
   * Whether a program may end so: with an error that it threw or did not catch. It is started again a little later, as a
   * supervisor would do. Everything else fails the run (`crash`). Default: errors of the disk, after which a process
   * that cannot trust its disk does right to end.
   */
  mayEnd?(error: unknown): boolean;
  /** What must hold after every event, by name. Says what is wrong, or undefined. */
  readonly invariants?: Readonly<
    Record<string, (state: State, simulation: Simulation) => string | undefined>
  >;
  /**
   * Whether what must get done is done. Asked again and again from the moment when the storm is over and everything is
   * healed; the run fails (`liveness`) unless it is true within `settling`. Without it the run goes on that long.
   */
  progress?(state: State, simulation: Simulation): boolean;
  /** What must hold of the whole run. Says what is wrong, or undefined. May report that it cannot tell. */
  check?(state: State, simulation: Simulation): Finding | undefined;
}

/** A scenario, whatever its operations and its state are. */
// biome-ignore lint/suspicious/noExplicitAny: of whom it is, they are; nobody else looks into them
export type AnyScenario = Scenario<any, any>;

export interface TimedOperation<Operation extends JsonValue = JsonValue> {
  /** Microseconds after the beginning of the storm. */
  readonly at: number;
  /** Who does it. */
  readonly client: string;
  readonly operation: Operation;
}

export interface Finding {
  /** `undecided` fails a run too, under its own name. */
  readonly verdict: 'violated' | 'undecided';
  readonly text: string;
}

/** How disks may be damaged for good: on how many hosts at a time, the plan's `damagedHostsMax` says. */
export interface LastingDamageProfile {
  /** In which ways. Default bit rot and misdirected writes. */
  readonly of?: readonly ('bitRot' | 'misdirectedWrites' | 'lyingFlushes')[];
  /** Which data lie where. Default: all data of a host are one. */
  readonly areaOf?: FaultAtlasOptions['areaOf'];
}

/** What a search may draw plans from. */
export interface FaultProfile {
  /** Kinds of timed faults. Default all but `wipe`. */
  readonly kinds?: readonly TroubleKind[];
  /** Hosts that may crash, lose their disk or be cut off at the same time. Default a minority. */
  readonly hostsDownMax?: number;
  /** Lets searches damage disks for good as well. Default: they do not. */
  readonly lastingDamage?: LastingDamageProfile;
  /** Conditions that every plan starts from. What it sets, no search changes: `{ network: { loss: 0 } }`. */
  readonly base?: FaultPlan;
}
