import type { Judgement } from '../judgement.ts';
import {
  createWindow,
  sameWindow,
  type Tally,
  unitsPerFailure,
  type Window,
  type WindowSettings,
} from './window.ts';

/** The states of a circuit breaker. */
export type BreakerState = 'closed' | 'open' | 'half-open' | ManualBreakerState;
/** States that are entered and left by hand only. */
export type ManualBreakerState = 'disabled' | 'forced-open' | 'metrics-only';

/** Why a breaker changed its state, or would have. */
export type TransitionReason =
  | 'consecutive-failures'
  | 'failure-rate'
  | 'slow-rate'
  | 'open-elapsed'
  | 'probes-succeeded'
  | 'probes-failed'
  | 'probes-slow'
  | 'probes-overdue'
  | 'by-hand';

/** Settings in whole units: microseconds, counts, and units of 1 / 10,000 for rates. Undefined switches off. */
export interface BreakerSettings {
  readonly window: WindowSettings;
  readonly minimumThroughput: number;
  readonly failureRateUnits: number | undefined;
  readonly slowRateUnits: number | undefined;
  readonly consecutiveFailures: number | undefined;
  readonly openDuration: number;
  readonly openDurationFactor: number;
  readonly openDurationMax: number;
  readonly probes: number;
  /** Undefined: as long as it was open before. */
  readonly maxWait: number | undefined;
}

/** A change of state, with what it was decided on. `would-open` is a metrics-only breaker's instead of opening. */
export interface BreakerTransition extends Tally {
  readonly from: BreakerState;
  readonly to: BreakerState | 'would-open';
  readonly reason: TransitionReason;
}

/** A breaker's state as plain data, with times relative to the moment of export. */
export interface BreakerSnapshot {
  readonly version: 1;
  readonly state: BreakerState;
  /** Microseconds until an open breaker tries again. */
  readonly openRemaining: number;
  /** How often it has opened since it was last closed. */
  readonly openings: number;
}

type State =
  | { readonly name: 'closed' | ManualBreakerState }
  | { readonly name: 'open'; readonly until: number; readonly duration: number }
  | { readonly name: 'half-open'; readonly deadline: number; readonly probes: Probes };

/** The outcomes of the probes so far. */
class Probes implements Tally {
  inFlight = 0;
  calls = 0;
  failureUnits = 0;
  slowCalls = 0;
}

const nothing: Tally = { calls: 0, failureUnits: 0, slowCalls: 0 };

/** What {@link BreakerCore.acquire} returns instead of a permit. */
export const refused = -1;

/**
 * The decisions of a circuit breaker (Nygard, Release It!), as docs/circuit-breaker.md defines them. Pure: time
 * comes in as an argument. A permit is the generation that it was given in, so that a late outcome of an
 * earlier state changes nothing.
 */
export class BreakerCore {
  private settings: BreakerSettings;
  private state: State = { name: 'closed' };
  private window: Window;
  private generation = 0;
  private failuresInARow = 0;
  private openings = 0;
  private readonly onTransition: (transition: BreakerTransition) => void;

  constructor(settings: BreakerSettings, onTransition: (transition: BreakerTransition) => void) {
    this.settings = settings;
    this.window = createWindow(settings.window);
    this.onTransition = onTransition;
  }

  /** Asks to make a call: a permit to hand back with its outcome, or {@link refused}. */
  acquire(now: number): number {
    const state = this.look(now);
    switch (state.name) {
      case 'closed':
      case 'disabled':
      case 'metrics-only':
        return this.generation;
      case 'half-open': {
        const { probes } = state;
        if (probes.inFlight + probes.calls >= this.settings.probes) return refused;
        probes.inFlight++;
        return this.generation;
      }
      case 'open':
      case 'forced-open':
        return refused;
    }
  }

  /** Hands back a permit with the outcome of its call. `retryAfter` is what a failure asked for, microseconds. */
  record(
    permit: number,
    judgement: Judgement,
    failureUnits: number,
    slow: boolean,
    now: number,
    retryAfter = 0,
  ): void {
    const state = this.look(now);
    if (permit !== this.generation) return;
    const units = judgement === 'failure' ? failureUnits : 0;
    if (state.name === 'half-open') {
      const { probes } = state;
      probes.inFlight--;
      if (judgement === 'ignored') return;
      probes.calls++;
      probes.failureUnits += units;
      if (slow) probes.slowCalls++;
      this.decide(probes, now, retryAfter);
    } else if (state.name === 'closed' || state.name === 'metrics-only') {
      if (judgement === 'ignored') return;
      this.window.record(now, units, slow);
      this.failuresInARow = units > 0 ? this.failuresInARow + 1 : 0;
      const reason = this.thresholdReached();
      if (reason !== undefined) this.trip(reason, now, retryAfter);
    }
  }

  /** The state at `now`; makes the change that is due. */
  current(now: number): BreakerState {
    return this.look(now).name;
  }

  /** Microseconds until a refused call may be admitted; undefined when nobody can tell. */
  retryAfter(now: number): number | undefined {
    const { state } = this;
    if (state.name === 'open') return Math.max(0, state.until - now);
    if (state.name === 'half-open') return Math.max(0, state.deadline - now);
    return state.name === 'forced-open' ? undefined : 0;
  }

  /** What it would decide on at `now`: the probes of a half-open breaker, else the window. */
  tally(now: number): Tally {
    const state = this.look(now);
    if (state.name === 'half-open') return state.probes;
    this.window.expire(now);
    return this.window;
  }

  force(name: ManualBreakerState): void {
    this.change({ name }, 'by-hand', nothing);
  }

  /** Back to closed, with everything forgotten. */
  reset(): void {
    this.openings = 0;
    this.change({ name: 'closed' }, 'by-hand', nothing);
  }

  reconfigure(settings: BreakerSettings, now: number): void {
    if (!sameWindow(this.settings.window, settings.window)) this.window = createWindow(settings.window);
    this.settings = settings;
    if (this.state.name === 'half-open') this.decide(this.state.probes, now, 0);
  }

  export(now: number): BreakerSnapshot {
    const state = this.look(now);
    return {
      version: 1,
      state: state.name,
      openRemaining: state.name === 'open' ? state.until - now : 0,
      openings: this.openings,
    };
  }

  /** Takes over an exported state: a half-open one as an open one whose time is up, since its probes are gone. */
  restore(snapshot: BreakerSnapshot, now: number): void {
    const { state, openRemaining, openings } = snapshot;
    this.openings = Math.max(0, openings - 1);
    if (state === 'open' || state === 'half-open') {
      this.change(
        { name: 'open', until: now + openRemaining, duration: this.openDuration(0) },
        'by-hand',
        nothing,
      );
    } else {
      this.change({ name: state }, 'by-hand', nothing);
    }
    this.openings = openings;
  }

  /** Makes the change of state that time has brought about. */
  private look(now: number): State {
    let { state } = this;
    if (state.name === 'closed') return state;
    if (state.name === 'half-open' && now >= state.deadline) {
      this.open('probes-overdue', state.deadline, 0, state.probes);
      state = this.state;
    }
    if (state.name === 'open' && now >= state.until) {
      const deadline = now + (this.settings.maxWait ?? state.duration);
      this.change({ name: 'half-open', deadline, probes: new Probes() }, 'open-elapsed', nothing);
    }
    return this.state;
  }

  private thresholdReached(): TransitionReason | undefined {
    const { settings, window } = this;
    const { consecutiveFailures, failureRateUnits, slowRateUnits } = settings;
    if (consecutiveFailures !== undefined && this.failuresInARow >= consecutiveFailures) {
      return 'consecutive-failures';
    }
    const { calls, failureUnits, slowCalls } = window;
    if ((failureUnits === 0 && slowCalls === 0) || calls < settings.minimumThroughput) return undefined;
    if (failureRateUnits !== undefined && failureUnits >= failureRateUnits * calls) {
      return 'failure-rate';
    }
    if (slowRateUnits !== undefined && slowCalls * unitsPerFailure >= slowRateUnits * calls) {
      return 'slow-rate';
    }
    return undefined;
  }

  private trip(reason: TransitionReason, now: number, retryAfter: number): void {
    if (this.state.name === 'metrics-only') {
      const { calls, failureUnits, slowCalls } = this.window;
      this.window.clear();
      this.failuresInARow = 0;
      this.onTransition({
        from: 'metrics-only',
        to: 'would-open',
        reason,
        calls,
        failureUnits,
        slowCalls,
      });
    } else {
      this.open(reason, now, retryAfter, this.window);
    }
  }

  /** Decides a half-open breaker, if its outcomes so far allow it. */
  private decide(probes: Probes, now: number, retryAfter: number): void {
    if (probes.calls === 0) return;
    const { failureRateUnits, slowRateUnits, consecutiveFailures, probes: wanted } = this.settings;
    const failed =
      failureRateUnits === undefined
        ? consecutiveFailures !== undefined && probes.failureUnits > 0
        : probes.failureUnits >= failureRateUnits * wanted;
    const slow = slowRateUnits !== undefined && probes.slowCalls * unitsPerFailure >= slowRateUnits * wanted;
    if (failed) {
      this.open('probes-failed', now, retryAfter, probes);
    } else if (slow) {
      this.open('probes-slow', now, retryAfter, probes);
    } else if (probes.calls >= wanted) {
      this.openings = 0;
      this.change({ name: 'closed' }, 'probes-succeeded', probes);
    }
  }

  private open(reason: TransitionReason, now: number, retryAfter: number, seen: Tally): void {
    const duration = this.openDuration(retryAfter);
    this.openings++;
    this.change({ name: 'open', until: now + duration, duration }, reason, seen);
  }

  private openDuration(retryAfter: number): number {
    const { openDuration, openDurationFactor, openDurationMax } = this.settings;
    let duration = openDuration;
    for (let left = this.openings; left > 0 && duration < openDurationMax && openDurationFactor > 1; left--) {
      duration *= openDurationFactor;
    }
    return Math.min(Math.max(Math.round(duration), retryAfter), openDurationMax);
  }

  private change(state: State, reason: TransitionReason, seen: Tally): void {
    const from = this.state.name;
    const { calls, failureUnits, slowCalls } = seen;
    this.state = state;
    this.generation++;
    this.window.clear();
    this.failuresInARow = 0;
    this.onTransition({ from, to: state.name, reason, calls, failureUnits, slowCalls });
  }
}
