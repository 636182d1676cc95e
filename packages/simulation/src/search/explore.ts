import { setImmediate } from 'node:timers/promises';
import { type Duration, toMicros } from '@holdfast/core';
import type { Coverage } from '../coverage/coverage.ts';
import { CoverageTally } from '../coverage/coverage-tally.ts';
import type { Fault, FaultPlan, Trouble, TroubleKind } from '../plan/fault-plan.ts';
import { runInputs } from '../scenario/run-inputs.ts';
import type { RunResult } from '../scenario/run-result.ts';
import { runWith } from '../scenario/run-seed.ts';
import type { AnyScenario } from '../scenario/scenario.ts';

/** A small world to be explored whole. */
export interface ExploreOptions {
  /** What may strike. */
  readonly troubles: readonly Trouble[];
  /** When each may strike, after the beginning of the storm. */
  readonly moments: readonly Duration[];
  /** How long each may last. Default only '500ms'. */
  readonly lengths?: readonly Duration[];
  /** How many faults a plan may have. Default 2. */
  readonly faultsMax?: number;
  /**
   * At how many instants every order of the events due is tried, counted from the beginning: also orders that one host's
   * own timers would not have. Default 0.
   */
  readonly ordersDepth?: number;
  /** Draws latencies and operations. Default 0. */
  readonly seed?: number | string;
  /** Default 100,000. */
  readonly runsMax?: number;
  /** Stops after so many failures. Default 1. */
  readonly failuresMax?: number;
}

export interface ExploreResult {
  readonly scenario: string;
  readonly runs: number;
  /** Runs that were not needed: another run was in the same state at the moment of the fault that they add. */
  readonly pruned: number;
  /** Whether everything within the bounds was tried. */
  readonly complete: boolean;
  /** The first has as few faults as any failure within the bounds. */
  readonly failures: readonly RunResult[];
  readonly coverage: Coverage;
}

/**
 * Tries every plan of up to so many faults from a small menu, plans with fewer faults first, and the orders of events at
 * the same instant. Nothing improbable happens besides. A plan is left out when its last fault would strike a world that
 * the same fault has struck in the same state before: equal histories of all hosts, by digest.
 */
export async function explore(scenario: AnyScenario, options: ExploreOptions): Promise<ExploreResult> {
  const { runsMax = 100_000, failuresMax = 1, faultsMax = 2 } = options;
  const exploration = new Exploration(scenario, options, runsMax);
  while (exploration.pending && exploration.runs < runsMax && exploration.failures.length < failuresMax) {
    await exploration.next(faultsMax);
    if (exploration.runs % 64 === 0) await setImmediate();
  }
  const { runs, pruned, failures, coverage } = exploration;
  return {
    scenario: scenario.name,
    runs,
    pruned,
    complete: exploration.complete,
    failures,
    coverage: coverage.toJSON(),
  };
}

interface Node {
  readonly faults: readonly Fault[];
  /** The place of the last fault: moment by moment, and at each through the menu. */
  readonly place: number;
  readonly order: readonly number[];
}

/** Faults that may change what a host knows without changing when anything happens: digests do not show them. */
const unseen: ReadonlySet<TroubleKind> = new Set(['clock-jump', 'disk-full', 'disk-trouble', 'wipe']);

class Exploration {
  runs = 0;
  pruned = 0;
  readonly failures: RunResult[] = [];
  readonly coverage: CoverageTally = new CoverageTally();
  readonly #scenario: AnyScenario;
  readonly #seed: number | string;
  readonly #moments: readonly number[];
  /** Each trouble with each length. */
  readonly #menu: readonly (Trouble & { readonly for: Duration })[];
  readonly #ordersDepth: number;
  readonly #base: FaultPlan;
  #queue: Node[] = [{ faults: [], place: -1, order: [] }];
  #nextInQueue = 0;
  /** States that a fault has struck already. Bounded by the number of plans. */
  readonly #struck = new Set<string>();
  readonly #runsMax: number;
  /** Whether runs were left out for which there would not be time. */
  #leftOut = false;

  constructor(scenario: AnyScenario, options: ExploreOptions, runsMax: number) {
    const { troubles, moments, lengths = ['500ms'], ordersDepth = 0, seed = 0 } = options;
    this.#scenario = scenario;
    this.#runsMax = runsMax;
    this.#seed = seed;
    this.#moments = moments.map((moment) => toMicros(moment, 'moments')).sort((one, other) => one - other);
    this.#menu = troubles.flatMap((trouble) => lengths.map((length) => ({ ...trouble, for: length })));
    this.#ordersDepth = ordersDepth;
    this.#base = scenario.faults?.base ?? { version: 1 };
  }

  get pending(): boolean {
    return this.#nextInQueue < this.#queue.length;
  }

  get complete(): boolean {
    return !this.pending && !this.#leftOut;
  }

  /** Makes the next run, and lines up those that it leads to. */
  async next(faultsMax: number): Promise<void> {
    const node = this.#queue[this.#nextInQueue++]!;
    this.#forgetDone();
    const digests: string[] = [];
    const ties: number[] = [];
    const plan = { ...this.#base, faults: node.faults };
    const order = this.#ordersDepth === 0 ? {} : { order: node.order };
    const inputs = runInputs(
      this.#scenario,
      { seed: this.#seed, plan, only: [], ...order },
      {
        moments: this.#moments,
        onMoment: (index, digest) => {
          digests[index] = digest;
        },
        onTie: (count) => {
          if (ties.length < this.#ordersDepth) ties.push(count);
        },
      },
    );
    const result = await runWith(inputs);
    this.runs++;
    this.coverage.add(result.coverage);
    if (result.verdict !== 'passed') this.failures.push(result);
    this.#lineUpOrders(node, ties);
    if (node.faults.length < faultsMax) this.#lineUpFaults(node, digests);
  }

  /** The runs that differ from `node` first at one of the ties that its order says nothing of. */
  #lineUpOrders(node: Node, ties: readonly number[]): void {
    for (let tie = node.order.length; tie < ties.length; tie++) {
      const before = [...node.order, ...Array.from({ length: tie - node.order.length }, () => 0)];
      for (let choice = 1; choice < ties[tie]!; choice++) {
        this.#lineUp({ ...node, order: [...before, choice] });
      }
    }
  }

  /** The plans with one fault more, behind those that it has. */
  #lineUpFaults(node: Node, digests: readonly string[]): void {
    const menu = this.#menu;
    for (let place = node.place + 1; place < this.#moments.length * menu.length; place++) {
      const moment = Math.floor(place / menu.length);
      const digest = digests[moment];
      if (digest === undefined) return; // The run had failed by then.
      const at = this.#moments[moment]!;
      const known = node.faults.filter((fault) => unseen.has(fault.kind) || endOf(fault) >= at);
      const state = JSON.stringify([place, digest, known, node.order]);
      if (this.#struck.has(state)) {
        this.pruned++;
        continue;
      }
      this.#struck.add(state);
      const fault: Fault = { at: `${at}us`, ...menu[place % menu.length]! };
      this.#lineUp({ faults: [...node.faults, fault], place, order: node.order });
    }
  }

  #lineUp(node: Node): void {
    if (this.runs + this.#queue.length - this.#nextInQueue >= this.#runsMax) this.#leftOut = true;
    else this.#queue.push(node);
  }

  /** Keeps the queue from growing by what is done. */
  #forgetDone(): void {
    if (this.#nextInQueue < 1_024 || this.#nextInQueue * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#nextInQueue);
    this.#nextInQueue = 0;
  }
}

function endOf(fault: Fault): number {
  return fault.for === undefined ? Number.POSITIVE_INFINITY : toMicros(fault.at) + toMicros(fault.for);
}
