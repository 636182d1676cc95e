import { toMicros } from '@holdfast/core';
import type { Choice } from '../choices/choices.ts';
import { replayFile, replayOptions } from '../scenario/replay.ts';
import type { RunOptions } from '../scenario/run-options.ts';
import type { RunResult } from '../scenario/run-result.ts';
import { runSeed } from '../scenario/run-seed.ts';
import type { AnyScenario } from '../scenario/scenario.ts';
import { decisionsOf } from './decisions.ts';
import { deltaDebug } from './delta-debugging.ts';
import { simplifications } from './simpler-plans.ts';

/** With how many choices it is worth trying to make each earlier. */
const fewChoices = 6;
/** With how few operations a run is well understood. */
const fewOperations = 3;
const otherSeeds: readonly number[] = [1, 2, 3, 4, 5, 6];
/** How often an operation asks at one place, where trying it is worth the runs. */
const askedAtOnceMax = 3;

/** Makes a failure smaller, step by step. A step is taken when the run still fails in the same way. */
export class Shrinker {
  /** The smallest failing run so far. */
  best: RunResult;
  runs = 0;
  readonly #scenario: AnyScenario;
  readonly #runsMax: number;
  /** Runs made already, by what made them. Bounded by their number. */
  readonly #tried = new Set<string>();

  constructor(scenario: AnyScenario, failure: RunResult, runsMax: number) {
    this.#scenario = scenario;
    this.best = failure;
    this.#runsMax = runsMax;
  }

  /** Alternates between all ways until none makes it smaller, or the budget is spent. */
  async shrink(): Promise<void> {
    let before: string;
    do {
      before = fingerprint(optionsOf(this.best));
      await this.#leaveOutChoices();
      await this.#leaveOutOperations();
      await this.#makeChoicesEarlier();
      await this.#leaveOutFaults();
      await this.#simplifyPlan();
      await this.#leaveOutHosts();
      await this.#shortenStorm();
      await this.#straightenOrder();
      await this.#leaveOutOperationsByOtherDraws();
    } while (fingerprint(optionsOf(this.best)) !== before && this.runs < this.#runsMax);
  }

  async #leaveOutChoices(): Promise<void> {
    if (!this.best.restricted) await this.#stillFails({ only: this.best.choices });
    await deltaDebug(this.best.choices, (only) => this.#stillFails({ only }));
  }

  async #leaveOutOperations(): Promise<void> {
    await deltaDebug(this.best.operations, (operations) => this.#stillFails({ operations }));
  }

  /**
   * Operations may be there only so that the right latency is drawn for the one that matters. With another seed, which
   * decides nothing else any more, it may be drawn without them.
   */
  async #leaveOutOperationsByOtherDraws(): Promise<void> {
    if (!this.best.restricted || this.best.operations.length <= fewOperations) return;
    await deltaDebug(this.best.operations, async (operations) => {
      for (const seed of otherSeeds) if (await this.#stillFails({ operations, seed })) return true;
      return false;
    });
  }

  /**
   * A choice is the n-th of its place. An operation that is only there to be counted goes, when the choices that come
   * after it get as much smaller numbers as it has asked for.
   */
  async #makeChoicesEarlier(): Promise<void> {
    if (!this.best.restricted || this.best.choices.length > fewChoices) return;
    for (let index = 0; index < this.best.choices.length; index++) {
      let step = this.best.choices[index]!.ordinal;
      while (step >= 1) {
        const only = earlier(this.best.choices, index, step);
        if (only === undefined || !(await this.#stillFails({ only }))) step = Math.floor(step / 2);
      }
    }
    for (let left = this.best.operations.length - 1; left >= 0; left--) {
      for (let step = 1; step <= askedAtOnceMax; step++) {
        if (await this.#leaveOutCounted(left, step)) break;
      }
    }
  }

  /** Leaves out an operation that has asked `step` times at the place of one of the choices. */
  async #leaveOutCounted(left: number, step: number): Promise<boolean> {
    const operations = this.best.operations.filter((_, index) => index !== left);
    for (let index = 0; index < this.best.choices.length; index++) {
      const only = earlier(this.best.choices, index, step);
      if (only !== undefined && (await this.#stillFails({ operations, only }))) return true;
    }
    return false;
  }

  async #leaveOutFaults(): Promise<void> {
    await deltaDebug(this.best.plan.faults ?? [], (faults) =>
      this.#stillFails({ plan: { ...this.best.plan, faults } }),
    );
  }

  async #simplifyPlan(): Promise<void> {
    const { plan, hosts } = this.best;
    const names = hosts ?? Object.keys(this.#scenario.hosts);
    for (const simplify of simplifications(plan.faults?.length ?? 0, names)) {
      let simpler = simplify(this.best.plan);
      while (simpler !== undefined && (await this.#stillFails({ plan: simpler }))) {
        simpler = simplify(this.best.plan);
      }
    }
  }

  async #leaveOutHosts(): Promise<void> {
    const { withHosts } = this.#scenario;
    if (withHosts === undefined) return;
    const all = Object.keys(this.#scenario.hosts);
    for (const left of all) {
      const { hosts = all, plan } = this.best;
      const fewer = hosts.filter((host) => host !== left);
      const named = JSON.stringify(plan.faults ?? []).includes(`"${left}"`);
      if (fewer.length === 0 || fewer.length === hosts.length || named) continue;
      if (withHosts(fewer) !== undefined) await this.#stillFails({ hosts: fewer });
    }
  }

  /** To just after the last fault and operation, else to half of it. */
  async #shortenStorm(): Promise<void> {
    const { plan, operations, storm } = this.best;
    const ends = [
      ...(plan.faults ?? []).map((fault) => toMicros(fault.at) + toMicros(fault.for ?? 0)),
      ...operations.map(({ at }) => at),
    ];
    const needed = Math.max(0, ...ends) + 1_000;
    if (needed < storm && (await this.#stillFails({ storm: `${needed}us` }))) return;
    const halfway = Math.floor((needed + storm) / 2);
    if (halfway < storm) await this.#stillFails({ storm: `${halfway}us` });
  }

  /** The order of arming at more instants, and nothing given where nothing else follows. */
  async #straightenOrder(): Promise<void> {
    for (let index = 0; index < (this.best.order?.length ?? 0); index++) {
      const order = this.best.order!;
      if (order[index] !== 0) await this.#stillFails({ order: order.with(index, 0) });
    }
    const { order } = this.best;
    const last = order?.findLastIndex((choice) => choice !== 0);
    if (last !== undefined && last + 1 < order!.length)
      await this.#stillFails({ order: order!.slice(0, last + 1) });
  }

  async #stillFails(change: Partial<RunOptions>): Promise<boolean> {
    const candidate = { ...optionsOf(this.best), ...change };
    const key = fingerprint(candidate);
    if (this.runs >= this.#runsMax || this.#tried.has(key)) return false;
    this.#tried.add(key);
    this.runs++;
    const result = await runSeed(this.#scenario, candidate);
    if (result.verdict !== this.best.verdict || result.invariant !== this.best.invariant) return false;
    if (decisionsOf(result) > decisionsOf(this.best)) return false;
    this.best = result;
    return true;
  }
}

/** What makes the run of `result` again. */
export function optionsOf(result: RunResult): RunOptions {
  return replayOptions(replayFile(result));
}

/**
 * The choices with one of them `step` earlier at its place; undefined where there is no such, as when a run that made
 * another choice earlier did not come to this one.
 */
function earlier(choices: readonly Choice[], index: number, step: number): readonly Choice[] | undefined {
  const choice = choices[index];
  return choice === undefined || choice.ordinal < step
    ? undefined
    : choices.with(index, { ...choice, ordinal: choice.ordinal - step });
}

function fingerprint(options: RunOptions): string {
  return JSON.stringify(options);
}
