import { toMicros } from '@holdfast/core';
import { replayFile, replayOptions } from '../scenario/replay.ts';
import type { RunOptions } from '../scenario/run-options.ts';
import type { RunResult } from '../scenario/run-result.ts';
import { runSeed } from '../scenario/run-seed.ts';
import type { AnyScenario } from '../scenario/scenario.ts';
import { decisionsOf } from './decisions.ts';
import { deltaDebug } from './delta-debugging.ts';
import { conditionSimplifications, faultSimplifications, type Simplification } from './simpler-plans.ts';

/** With how few operations a run is well understood. */
const fewOperations = 3;
/** With how many choices it is worth while to try each by itself, and at how many of the first times of its site. */
const fewChoices = 16;
const firstTimes = 8;
const otherSeeds: readonly number[] = [1, 2, 3, 4, 5, 6];
/** How much of the time up to the failure is tried to do without, the boldest first. */
const beginnings: readonly number[] = [7 / 8, 3 / 4, 1 / 2, 1 / 4];
/** Into how many parts lists are cut at most, first in a rough pass through all of them, then to the last item. */
const passes: readonly number[] = [8, Number.POSITIVE_INFINITY];

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
    if (!this.best.restricted) await this.#stillFails({ only: this.best.choices });
    await this.#leaveOutAfterwards();
    let before: string;
    do {
      before = fingerprint(optionsOf(this.best));
      await this.#leaveOutBeginning();
      await this.#simplifyPlan(conditionSimplifications);
      await this.#leaveOutKindsOfChoices();
      for (const parts of passes) {
        await this.#leaveOutChoices(parts);
        await this.#leaveOutOperations(parts);
        await this.#leaveOutFaults(parts);
      }
      await this.#keepOneChoice();
      await this.#simplifyPlan(this.#faultSimplifications());
      await this.#leaveOutHosts();
      await this.#shortenStorm();
      await this.#straightenOrder();
      await this.#leaveOutOperationsByOtherDraws();
    } while (fingerprint(optionsOf(this.best)) !== before && this.runs < this.#runsMax);
  }

  /** What comes after the failure. */
  async #leaveOutAfterwards(): Promise<void> {
    const { time, plan, operations, storm } = this.best;
    const faults = plan.faults ?? [];
    await this.#stillFails({
      operations: operations.filter(({ at }) => at <= time),
      plan: { ...plan, faults: faults.filter(({ at }) => toMicros(at) <= time) },
      ...(time < storm && { storm: `${time + 1}us` }),
    });
  }

  /** Everything up to some moment, together. */
  async #leaveOutBeginning(): Promise<void> {
    for (const share of beginnings) {
      const { time, plan, operations, choices } = this.best;
      const from = Math.floor(time * share);
      const faults = (plan.faults ?? []).filter(
        (fault) => toMicros(fault.at) + toMicros(fault.for ?? time) >= from,
      );
      const smaller = {
        plan: { ...plan, faults },
        operations: operations.filter(({ at }) => at >= from),
        only: choices.filter(({ at = 0 }) => at >= from),
      };
      if (await this.#stillFails(smaller)) return;
    }
  }

  async #leaveOutKindsOfChoices(): Promise<void> {
    for (const kind of new Set(this.best.choices.map((choice) => choice.kind))) {
      await this.#stillFails({ only: this.best.choices.filter((choice) => choice.kind !== kind) });
    }
  }

  async #leaveOutChoices(parts: number): Promise<void> {
    await deltaDebug(this.best.choices, (only) => this.#stillFails({ only }), parts);
  }

  /**
   * One choice by itself, at any of the first times that its site is asked. What an earlier choice delays has another
   * moment without it, so that neither can be left out alone.
   */
  async #keepOneChoice(): Promise<void> {
    const { choices } = this.best;
    if (choices.length < 2 || choices.length > fewChoices) return;
    const sites = new Map(choices.map(({ kind, subject }) => [`${kind} ${subject}`, { kind, subject }]));
    for (let ordinal = 0; ordinal < firstTimes; ordinal++) {
      for (const site of sites.values()) {
        if (await this.#stillFails({ only: [{ ...site, ordinal }] })) return;
      }
    }
  }

  async #leaveOutOperations(parts: number): Promise<void> {
    await deltaDebug(this.best.operations, (operations) => this.#stillFails({ operations }), parts);
  }

  async #leaveOutFaults(parts: number): Promise<void> {
    const faults = this.best.plan.faults ?? [];
    await deltaDebug(
      faults,
      (some) => this.#stillFails({ plan: { ...this.best.plan, faults: some } }),
      parts,
    );
  }

  #faultSimplifications(): readonly Simplification[] {
    const { plan, hosts = Object.keys(this.#scenario.hosts) } = this.best;
    return faultSimplifications(plan.faults?.length ?? 0, hosts);
  }

  async #simplifyPlan(simplifications: readonly Simplification[]): Promise<void> {
    for (const simplify of simplifications) {
      let simpler = simplify(this.best.plan);
      while (simpler !== undefined && (await this.#stillFails({ plan: simpler }))) {
        simpler = simplify(this.best.plan);
      }
    }
  }

  async #leaveOutHosts(): Promise<void> {
    if (this.#scenario.withHosts === undefined) return;
    const all = Object.keys(this.#scenario.hosts);
    for (const left of all) {
      const { hosts = all, plan } = this.best;
      const fewer = hosts.filter((host) => host !== left);
      const named = JSON.stringify(plan.faults ?? []).includes(`"${left}"`);
      if (fewer.length === 0 || fewer.length === hosts.length || named) continue;
      if (this.#scenario.withHosts(fewer) !== undefined) await this.#stillFails({ hosts: fewer });
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
    if (last !== undefined && last + 1 < order!.length) {
      await this.#stillFails({ order: order!.slice(0, last + 1) });
    }
  }

  /**
   * Operations may be there only so that the right latency is drawn for the one that matters. With another seed, which
   * decides nothing else any more, it may be drawn without them.
   */
  async #leaveOutOperationsByOtherDraws(): Promise<void> {
    if (this.best.operations.length <= fewOperations) return;
    await deltaDebug(this.best.operations, async (operations) => {
      for (const seed of otherSeeds) if (await this.#stillFails({ operations, seed })) return true;
      return false;
    });
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

function fingerprint(options: RunOptions): string {
  return JSON.stringify(options);
}
