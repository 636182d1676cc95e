import { type Clock, platformWorld } from '@holdfast/core';
import type { CampaignProgress } from '@holdfast/simulation';
import type { Output } from './output.ts';

const interval = 2_000_000;

/** Says now and then how far a search has come. */
export class SearchProgress {
  readonly #output: Output;
  readonly #name: string;
  readonly #seeds: number | undefined;
  readonly #clock: Clock;
  readonly #begun: number;
  #told: number;

  constructor(output: Output, name: string, seeds: number | undefined, clock: Clock = platformWorld().clock) {
    this.#output = output;
    this.#name = name;
    this.#seeds = seeds;
    this.#clock = clock;
    this.#begun = clock.now();
    this.#told = this.#begun;
  }

  /** To be called after every run. */
  update({ runs, failures, time }: Pick<CampaignProgress, 'runs' | 'failures' | 'time'>): void {
    const now = this.#clock.now();
    if (now - this.#told < interval) return;
    this.#told = now;
    const of = this.#seeds === undefined ? '' : ` of ${this.#seeds}`;
    const failed = failures === 0 ? '' : `, ${failures} failed`;
    this.#output.error(
      `${this.#name}: ${runs}${of} seeds, ${paceText(runs, time, (now - this.#begun) / 1_000)}${failed}`,
    );
  }
}

/** Such as `'85 seeds/s, 3.4 virtual hours'`. */
export function paceText(runs: number, virtualMicros: number, tookMillis: number): string {
  const rate = (runs * 1_000) / Math.max(1, tookMillis);
  const hours = virtualMicros / 3_600_000_000;
  return `${rate.toFixed(rate < 10 ? 1 : 0)} seeds/s, ${hours.toFixed(hours < 10 ? 2 : 0)} virtual hours`;
}
