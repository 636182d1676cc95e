import { toMicros } from '@holdfast/core';
import { replayFile, replayOptions } from '../scenario/replay.ts';
import type { RunOptions } from '../scenario/run-options.ts';
import type { RunResult } from '../scenario/run-result.ts';
import { runSeed } from '../scenario/run-seed.ts';
import type { AnyScenario } from '../scenario/scenario.ts';
import { decisionsOf } from './decisions.ts';
import { deltaDebug } from './delta-debugging.ts';
import { simplifications } from './simpler-plans.ts';

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
      await this.#leaveOutFaults();
      await this.#simplifyPlan();
      await this.#leaveOutHosts();
      await this.#shortenStorm();
    } while (fingerprint(optionsOf(this.best)) !== before && this.runs < this.#runsMax);
  }

  async #leaveOutChoices(): Promise<void> {
    await deltaDebug(this.best.choices, (only) => this.#stillFails({ only }));
  }

  async #leaveOutOperations(): Promise<void> {
    await deltaDebug(this.best.operations, (operations) => this.#stillFails({ operations }));
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
    if (this.#scenario.withHosts === undefined) return;
    for (const left of Object.keys(this.#scenario.hosts)) {
      const { hosts = Object.keys(this.#scenario.hosts), plan } = this.best;
      if (
        hosts.length === 1 ||
        !hosts.includes(left) ||
        JSON.stringify(plan.faults ?? []).includes(`"${left}"`)
      ) {
        continue;
      }
      await this.#stillFails({ hosts: hosts.filter((host) => host !== left) });
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
