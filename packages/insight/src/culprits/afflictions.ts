import type { Docket, Filed, Stretch } from './docket.ts';
import { isOfTime } from './exhibit.ts';

/**
 * A failure weighs as much as so many late answers: with an open breaker only its probes fail. An answer is late as far as it
 * makes a whole request take twice its time: what waits less fills no door.
 */
const failureWeight = 4;
/** What was this long before or after counts half. Microseconds. */
const halfLife = 1_000_000;
/** Moments closer together than this are one. Microseconds. */
const grain = 500_000;

interface Grievance extends Stretch {
  readonly gravity: number;
}

/** How much of what somebody is asked goes wrong at a time, beyond the usual: who was in trouble may be well again. */
export class Afflictions {
  readonly #current: Docket;
  readonly #baseline: Docket;
  readonly #grievances: Map<string, Grievance[]> = new Map();
  /** Of the baseline, as a whole. */
  readonly #usual: Map<string, number> = new Map();
  /** Shares that were asked for, by who and when. */
  readonly #known: Map<string, Map<number, number>> = new Map();

  constructor(current: Docket, baseline: Docket) {
    this.#current = current;
    this.#baseline = baseline;
  }

  add(filed: Filed): void {
    const { accused, from, to } = filed;
    const grievance = { from, to, gravity: this.#gravityOf(filed) };
    const known = this.#grievances.get(accused);
    if (known === undefined) this.#grievances.set(accused, [grievance]);
    else known.push(grievance);
    this.#known.delete(accused);
  }

  /** What is usual, and no affliction. */
  addUsual(filed: Filed): void {
    const { accused } = filed;
    const share = this.#gravityOf(filed) / Math.max(1, askedOf(this.#baseline, accused).length);
    this.#usual.set(accused, (this.#usual.get(accused) ?? 0) + share);
  }

  /** Of what `name` was asked about that time, in microseconds: the share that something stands against. */
  shareAt(name: string, time: number): number {
    const grievances = this.#grievances.get(name);
    if (grievances === undefined) return 0;
    const moment = Math.round(time / grain);
    const known = this.#known.get(name) ?? new Map<number, number>();
    this.#known.set(name, known);
    const share =
      known.get(moment) ?? this.#shareAt(grievances, askedOf(this.#current, name), moment * grain);
    known.set(moment, share);
    return share - (this.#usual.get(name) ?? 0);
  }

  #shareAt(grievances: readonly Grievance[], asked: readonly Stretch[], time: number): number {
    let [wrong, all] = [0, 0];
    for (const grievance of grievances) wrong += grievance.gravity * nearness(grievance, time);
    for (const stretch of asked) all += nearness(stretch, time);
    return wrong / Math.max(all, Number.MIN_VALUE);
  }

  #gravityOf({ charge, weight }: Filed): number {
    return isOfTime(charge) ? Math.min(1, weight / Math.max(1, this.#baseline.meanTime)) : failureWeight;
  }
}

/** Those who are only seen to be called take over no requests; who is called from outside is not seen to be called. */
function askedOf({ calls, requests }: Docket, name: string): readonly Stretch[] {
  const [called, served] = [calls.get(name) ?? [], requests.get(name) ?? []];
  return called.length >= served.length ? called : served;
}

/** 1 for what went on then, less and less for what was over or had not begun. */
function nearness({ from, to }: Stretch, time: number): number {
  return 0.5 ** (Math.max(0, from - time, time - to) / halfLife);
}
