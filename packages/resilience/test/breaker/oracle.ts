import type {
  BreakerSettings,
  BreakerState,
  BreakerTransition,
  ManualBreakerState,
} from '../../src/breaker/breaker-core.ts';
import type { Tally } from '../../src/breaker/window.ts';
import type { Judgement } from '../../src/judgement.ts';

/** Which change of state a permit was given after. */
export type OraclePermit = number;

interface PastCall {
  readonly at: number;
  readonly weight: number;
  readonly slow: boolean;
}

/** Rates and weights are fractions over this. */
const whole = 10_000;

/**
 * What docs/circuit-breaker.md says, word by word and without a thought for speed: it remembers every call since
 * the last change of state and counts all of them anew whenever it is asked. Written from the page alone; it
 * shares nothing but types with the code that it judges.
 */
export class Oracle {
  settings: BreakerSettings;
  state: BreakerState = 'closed';
  /** How many changes of state there have been. */
  changes = 0;
  /** How often it has opened since it was last closed. */
  openings = 0;
  /** `open`: when it is over. */
  until = 0;
  /** `open`: how long it is all in all. */
  openFor = 0;
  /** `half-open`: when its wait is over. */
  deadline = 0;
  /** `half-open`: calls that were admitted and have not ended. */
  inFlight = 0;
  /** Every success and failure recorded since the last change of state. */
  past: PastCall[] = [];
  /** How many of them came before the window was last emptied. */
  beforeWindow = 0;
  /** How many of them came before the row of failures was last begun anew. */
  beforeRow = 0;
  /** The states that it has been in, in order. */
  trail: BreakerState[] = [];
  /** The changes published since somebody last took them. */
  published: BreakerTransition[] = [];

  constructor(settings: BreakerSettings) {
    this.settings = settings;
  }

  copy(): Oracle {
    const copy: Oracle = Object.assign(Object.create(Oracle.prototype), this);
    copy.past = [...this.past];
    copy.published = [];
    return copy;
  }

  // What a breaker is asked.

  acquire(now: number): OraclePermit | 'refused' {
    this.look(now);
    switch (this.state) {
      case 'open':
      case 'forced-open':
        return 'refused';
      case 'half-open':
        if (this.inFlight + this.past.length >= this.settings.probes) return 'refused';
        this.inFlight++;
        return this.changes;
      default:
        return this.changes;
    }
  }

  /** What is left to wait after a refusal at `now`. */
  retryAfter(now: number): number | undefined {
    if (this.state === 'open') return this.until - now;
    if (this.state === 'half-open') return this.deadline - now;
    return undefined;
  }

  record(
    permit: OraclePermit,
    judgement: Judgement,
    weight: number,
    slow: boolean,
    now: number,
    retryAfter: number,
  ): void {
    this.look(now);
    if (permit !== this.changes) return;
    if (this.state === 'half-open') this.inFlight--;
    if (judgement === 'ignored') return;
    const failed = judgement === 'failure';
    const call: PastCall = { at: now, weight: failed ? weight : 0, slow };
    switch (this.state) {
      case 'closed':
      case 'metrics-only':
        this.past.push(call);
        this.checkThresholds(now, failed ? retryAfter : 0);
        break;
      case 'half-open':
        this.past.push(call);
        this.decide(now, failed ? retryAfter : 0);
        break;
    }
  }

  current(now: number): BreakerState {
    this.look(now);
    return this.state;
  }

  /** What it decides on: the probes of a half-open breaker, else the window. */
  tally(now: number): Tally {
    const calls = this.state === 'half-open' ? this.past : this.windowCalls(now);
    return {
      calls: calls.length,
      failureUnits: calls.reduce((sum, call) => sum + call.weight, 0),
      slowCalls: calls.filter((call) => call.slow).length,
    };
  }

  force(state: ManualBreakerState, now: number): void {
    this.change(state, 'by-hand', now);
  }

  reset(now: number): void {
    this.change('closed', 'by-hand', now);
  }

  reconfigure(settings: BreakerSettings, now: number): void {
    if (!sameWindow(this.settings, settings) && this.state !== 'half-open') {
      this.beforeWindow = this.past.length;
    }
    this.settings = settings;
    if (this.state === 'half-open' && this.past.length > 0) this.decide(now, 0);
  }

  // How it answers.

  /** Makes the change that is due. */
  private look(now: number): void {
    if (this.state === 'half-open' && now >= this.deadline) {
      this.open('probes-overdue', this.deadline, 0);
    }
    if (this.state === 'open' && now >= this.until) {
      this.change('half-open', 'open-elapsed', now);
      this.deadline = now + (this.settings.maxWait ?? this.openFor);
    }
  }

  private checkThresholds(now: number, retryAfter: number): void {
    const reason = this.thresholdReached(now);
    if (reason === undefined) return;
    if (this.state === 'closed') {
      this.open(reason, now, retryAfter);
      return;
    }
    this.published.push({ from: this.state, to: 'would-open', reason, ...this.tally(now) });
    this.beforeWindow = this.past.length;
    this.beforeRow = this.past.length;
  }

  private thresholdReached(now: number): 'consecutive-failures' | 'failure-rate' | 'slow-rate' | undefined {
    const { consecutiveFailures, failureRateUnits, slowRateUnits, minimumThroughput } = this.settings;
    const { calls, failureUnits, slowCalls } = this.tally(now);
    if (consecutiveFailures !== undefined && this.row() >= consecutiveFailures) return 'consecutive-failures';
    if (calls < minimumThroughput) return undefined;
    if (failureRateUnits !== undefined && atLeast(failureUnits, calls, failureRateUnits))
      return 'failure-rate';
    if (slowRateUnits !== undefined && atLeast(slowCalls * whole, calls, slowRateUnits)) return 'slow-rate';
    return undefined;
  }

  private decide(now: number, retryAfter: number): void {
    const { consecutiveFailures, failureRateUnits, slowRateUnits, probes } = this.settings;
    const { calls, failureUnits, slowCalls } = this.tally(now);
    const failed =
      failureRateUnits === undefined
        ? consecutiveFailures !== undefined && failureUnits > 0
        : atLeast(failureUnits, probes, failureRateUnits);
    if (failed) this.open('probes-failed', now, retryAfter);
    else if (slowRateUnits !== undefined && atLeast(slowCalls * whole, probes, slowRateUnits)) {
      this.open('probes-slow', now, retryAfter);
    } else if (calls >= probes) this.change('closed', 'probes-succeeded', now);
  }

  private open(reason: BreakerTransition['reason'], now: number, retryAfter: number): void {
    this.openFor = this.nextOpenDuration(retryAfter);
    this.change('open', reason, now);
    this.openings++;
    this.until = now + this.openFor;
  }

  /** How long it will be open if it opens now. */
  nextOpenDuration(retryAfter = 0): number {
    const { openDuration, openDurationFactor, openDurationMax } = this.settings;
    let duration = openDuration;
    for (let opening = 0; opening < this.openings; opening++) duration *= openDurationFactor;
    return Math.min(Math.max(duration, retryAfter), openDurationMax);
  }

  private change(to: BreakerState, reason: BreakerTransition['reason'], now: number): void {
    const decidedOn = reason === 'by-hand' ? { calls: 0, failureUnits: 0, slowCalls: 0 } : this.tally(now);
    this.published.push({ from: this.state, to, reason, ...decidedOn });
    this.state = to;
    this.trail = [...this.trail, to];
    this.changes++;
    this.past = [];
    this.beforeWindow = 0;
    this.beforeRow = 0;
    this.inFlight = 0;
    if (to === 'closed') this.openings = 0;
  }

  /** The calls that the window holds at `now`. */
  windowCalls(now: number): PastCall[] {
    const calls = this.past.slice(this.beforeWindow);
    const { window } = this.settings;
    if (window.type === 'count') return calls.slice(-window.size);
    const length = sliceLength(window);
    const current = Math.floor(now / length);
    return calls.filter(({ at }) => Math.floor(at / length) >= current - (window.buckets - 1));
  }

  /** How many failures in a row the latest calls are. */
  row(): number {
    const calls = this.past.slice(this.beforeRow);
    return calls.length - 1 - calls.findLastIndex(({ weight }) => weight === 0);
  }
}

/** Length of a slice of a time window, in whole microseconds. */
export function sliceLength(window: { readonly duration: number; readonly buckets: number }): number {
  return Math.ceil(window.duration / window.buckets);
}

/** Whether `units / 10,000 / of` is at least `rate / 10,000`; whole numbers all, so nothing is rounded. */
function atLeast(units: number, of: number, rate: number): boolean {
  return units >= rate * of;
}

function sameWindow(a: BreakerSettings, b: BreakerSettings): boolean {
  return JSON.stringify(a.window) === JSON.stringify(b.window);
}
