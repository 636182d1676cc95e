import type { RejectionFacts } from '../pipeline/rejection.ts';
import type { LimitAlgorithm, LimitBounds, Round, RoundSettings } from './limit-algorithm.ts';

/** Latency this far above the base is taken for noise when most calls are refused. */
const toleranceLeast = 1.04;
/** As long as hardly any call is refused, bursts may queue up to this. */
const toleranceMost = 1.5;
/** The share of refusals from which on only the least tolerance is left. */
const refusalsMany = 0.2;
/** Latency this far above what is tolerated calls for a cut, if the next round confirms it. */
const excessSevere = 1.3;
/** Latency below this share of the base is no noise: the service has become faster. */
const fasterShare = 0.75;
/** The deepest single cut. */
const cutMost = 0.5;
/** How much of the way to a slightly different limit one round goes: the noise of the latency is averaged out. */
const smoothing = 0.3;
/** How often the limit goes down to see the latency without a queue, and to what share of itself. */
const downInterval = 5_000_000;
const downTo = 0.7;
/** How often it goes up, unless there is a queue already, to see whether one forms. */
const upInterval = 1_500_000;
const upTo = 1.4;
/** Once no queue has formed, it goes up by this. The difference is plain enough for rough rounds. */
const furtherUpTo = 2;
const roughError = 0.15;
/** Share of drops above the base that calls for a cut. */
const dropsMany = 0.1;

const rounds: RoundSettings = {
  samplesMin: 30,
  durationMin: 50_000,
  durationMax: 500_000,
  errorMax: 0.06,
  settles: true,
};
const roughRounds: RoundSettings = { ...rounds, errorMax: roughError };

/** A limit, and what was seen under it. */
interface Reading {
  readonly limit: number;
  readonly latency: number;
  readonly dropShare: number;
  readonly timeoutShare: number;
}

type Mode =
  | { readonly name: 'steady' }
  /** The last round was far off: this one, which no longer mixes two worlds, tells whether to cut. */
  | { readonly name: 'suspicious' }
  /** Experiments: the limit was changed, and this round tells what follows from that. */
  | { readonly name: 'cut'; readonly before: Reading }
  | { readonly name: 'up'; readonly before: Reading; readonly factor: number }
  | { readonly name: 'down'; readonly before: Reading; readonly resume: number };

const steady: Mode = { name: 'steady' };

/**
 * Holdfast's own. Little's law: calls inside = throughput * latency; so at the limit, a queue shows as latency that
 * grows and shrinks with the limit, and a slower service as latency that does not. From that:
 *
 * - The base, the mean latency without a queue, is measured by going down now and then (as Envoy's adaptive
 *   concurrency filter does), and further down for as long as that lowers the latency.
 * - The limit goes to `limit * base / latency` and a few calls more (as TCP Vegas, BBR and Gradient2 do, each in
 *   its way). Now and then it goes up further, and stays there if no queue forms.
 * - A deep cut is an experiment too: if the latency, or the share of failures, did not follow, there was no queue.
 *   The cut is undone and the base raised.
 * - When few are refused, bursts may queue for a moment (as in CoDel, only a standing queue is bad).
 *
 * Rounds that did not come up to the limit say nothing about it and leave it alone.
 */
export class AdaptiveLimit implements LimitAlgorithm {
  limit: number;
  private readonly bounds: LimitBounds;
  private mode: Mode = steady;
  /** Mean latency without a queue, microseconds; 0 until known. */
  private base = 0;
  /** Share of drops that has nothing to do with the limit. */
  private baseDrops = 0;
  private latency = 0;
  /** Mean latency over the last rounds under about the same limit; 0 until known. */
  private typical = 0;
  private nextDown = 0;
  private nextUp = 0;

  constructor(bounds: LimitBounds) {
    this.bounds = bounds;
    this.limit = bounds.initial;
  }

  get rounds(): RoundSettings {
    return this.mode.name === 'up' && this.mode.factor === furtherUpTo ? roughRounds : rounds;
  }

  update(round: Round, now: number): void {
    const { mode } = this;
    const dropShare = round.drops / round.ended;
    const timeoutShare = round.timeouts / round.ended;
    if (round.samples > 0) this.latency = round.latency;
    const here: Reading = { limit: this.limit, latency: this.latency, dropShare, timeoutShare };
    this.baseDrops = Math.min(this.baseDrops, dropShare);
    if (round.refusals === 0) this.idled();
    else if (mode.name === 'down') this.wentDown(here, mode.before, mode.resume, now);
    else if (mode.name === 'up') this.wentUp(here, mode.before, mode.factor, now);
    else if (mode.name === 'cut' && !this.helped(here, mode.before)) this.undoCut(mode.before);
    else this.steer(here, round.refusals / round.arrivals, now);
  }

  facts(): RejectionFacts {
    return {
      baseLatency: this.base / 1_000,
      latency: this.latency / 1_000,
      gradient: this.latency === 0 ? 1 : this.base / this.latency,
    };
  }

  /** The limit was not reached: an experiment cannot tell anything. */
  private idled(): void {
    if (this.mode.name === 'cut') this.set(this.mode.before.limit);
    if (this.mode.name === 'down') this.set(this.mode.resume);
    this.mode = steady;
    this.typical = 0;
    if (this.base > this.latency) this.base += (this.latency - this.base) / 4;
  }

  private steer(here: Reading, refusedShare: number, now: number): void {
    if (this.base === 0) {
      this.base = here.latency;
      this.goDown(here, here.limit);
      return;
    }
    if (here.latency < this.base * fasterShare) this.base = here.latency;
    const few = Math.max(0, 1 - refusedShare / refusalsMany);
    const tolerance = toleranceLeast + (toleranceMost - toleranceLeast) * few;
    const gradient = Math.min(1, (this.base * tolerance) / here.latency);
    const severe = gradient * excessSevere < 1 || here.dropShare > this.baseDrops + dropsMany;
    if (severe && this.mode.name !== 'suspicious' && this.mode.name !== 'cut') {
      this.mode = { name: 'suspicious' };
    } else if (severe) {
      this.mode = { name: 'cut', before: here };
      this.typical = 0;
      this.set(here.limit * Math.max(cutMost, Math.min(gradient, 1 - here.dropShare / 2)));
    } else if (this.mode.name === 'cut') {
      this.cutIsOver(here, this.mode.before, now);
    } else {
      this.mode = steady;
      this.adjust(here, gradient, now);
    }
  }

  /** The base has just been seen, and what called for the cut may have gone. */
  private cutIsOver(here: Reading, before: Reading, now: number): void {
    this.nextDown = now + downInterval;
    // A limit that was cut because calls timed out is likely to be far too low by now.
    this.goUp(here, before.timeoutShare > 0 ? furtherUpTo : upTo);
  }

  /** Nothing is badly wrong: a step towards the best limit, or an experiment whose time has come. */
  private adjust(here: Reading, gradient: number, now: number): void {
    this.typical += (here.latency - this.typical) * (this.typical === 0 ? 1 : smoothing);
    const typically: Reading = { ...here, latency: this.typical };
    const room = Math.sqrt(here.limit) / 3;
    if (now >= this.nextDown) this.goDown(typically, here.limit);
    else if (now >= this.nextUp && gradient * Math.sqrt(upTo) >= 1) this.goUp(typically, upTo);
    else this.set(here.limit + smoothing * (here.limit * gradient + room - here.limit));
  }

  private goUp(before: Reading, factor: number): void {
    this.mode = { name: 'up', before, factor };
    this.set(this.limit * factor);
  }

  private wentUp(here: Reading, before: Reading, factor: number, now: number): void {
    const share = Math.sqrt(here.limit / before.limit);
    if (here.latency < before.latency * share && here.latency < this.base * toleranceLeast * share) {
      this.typical = 0;
      this.goUp(here, furtherUpTo);
      return;
    }
    this.set(before.limit);
    this.mode = steady;
    this.nextUp = factor === furtherUpTo ? now : now + upInterval;
  }

  private goDown(before: Reading, resume: number): void {
    this.mode = { name: 'down', before, resume };
    this.set(this.limit * downTo);
  }

  private wentDown(here: Reading, before: Reading, resume: number, now: number): void {
    const { latency, limit } = here;
    const share = Math.sqrt(limit / before.limit);
    if (
      latency < before.latency * share &&
      latency < (this.base * (1 + share)) / 2 &&
      limit > this.bounds.min
    ) {
      this.base = latency;
      this.goDown(here, resume);
      return;
    }
    const off = latency / this.base;
    this.base = off > fasterShare && off < excessSevere ? (this.base + latency) / 2 : latency;
    this.set(resume);
    this.mode = steady;
    this.nextDown = now + downInterval;
  }

  /** Whether what called for a cut has become less by it; while calls time out, nobody can tell that it has not. */
  private helped(here: Reading, before: Reading): boolean {
    if (here.timeoutShare > dropsMany) return true;
    const share = Math.sqrt(here.limit / before.limit);
    if (here.latency >= before.latency * share && here.latency >= this.base * toleranceMost) {
      this.base = here.latency;
      return false;
    }
    if (before.dropShare > this.baseDrops + dropsMany && here.dropShare > before.dropShare * share) {
      this.baseDrops = here.dropShare;
      return false;
    }
    return true;
  }

  private undoCut(before: Reading): void {
    this.set(before.limit);
    this.mode = steady;
    this.nextDown = 0;
    this.nextUp = 0;
  }

  private set(limit: number): void {
    this.limit = Math.max(this.bounds.min, Math.min(this.bounds.max, limit));
  }
}
