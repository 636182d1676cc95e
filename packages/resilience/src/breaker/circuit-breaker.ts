import {
  type Duration,
  defineEvent,
  type EventType,
  formatMicros,
  invalidArgument,
  isHoldfastError,
  platformWorld,
  type Severity,
  toMicros,
  toPositiveMicros,
  type World,
} from '@holdfast/core';
import { type Judgement, type JudgeOptions, judge, judgeThrown, judgeValue } from '../judgement.ts';
import { numberBetween, oneOf, wholeNumber } from '../options.ts';
import { asyncRequired } from '../pipeline/async-required.ts';
import type { Execution } from '../pipeline/execution.ts';
import { type EnterVerdict, type ExitVerdict, Policy } from '../pipeline/policy.ts';
import type { PolicyCondition } from '../pipeline/policy-condition.ts';
import { type PolicyDescription, transparent } from '../pipeline/policy-description.ts';
import { type RejectingPolicy, Rejection, type RejectionFacts } from '../pipeline/rejection.ts';
import { isThenable } from '../pipeline/thenable.ts';
import { retryAfterOf } from '../retry-after.ts';
import {
  BreakerCore,
  type BreakerSettings,
  type BreakerSnapshot,
  type BreakerState,
  type BreakerTransition,
  type ManualBreakerState,
  refused,
} from './breaker-core.ts';
import { type Tally, unitsPerFailure, type WindowSettings } from './window.ts';

export interface CircuitBreakerOptions extends JudgeOptions {
  /** Name in errors and events. Default `breaker`. */
  readonly name?: string;
  /** Which calls it decides on. Default: those of the last 30 s, in 10 buckets. */
  readonly window?:
    | { readonly type: 'count'; readonly size: number }
    | { readonly type: 'time'; readonly duration: Duration; readonly buckets?: number };
  /** Opens when this share of the window's calls failed, 0 < rate <= 1. Default 0.5; `'off'` leaves it out. */
  readonly failureRate?: number | 'off';
  /** How many calls the window must hold before rates count. Default 20, or all that a count window holds. */
  readonly minimumThroughput?: number;
  /** Opens after this many failures in a row. Default: off. */
  readonly consecutiveFailures?: number;
  /** A call that takes longer is slow. Default: off. */
  readonly slowCallDuration?: Duration;
  /** Opens when this share of the window's calls was slow. Default 1. */
  readonly slowRate?: number;
  /** How long it stays open before it probes. Default 5 s. */
  readonly openDuration?: Duration;
  /** Each further opening without a recovery lasts this many times longer. Default 1. */
  readonly openDurationFactor?: number;
  /** The longest it stays open, also when a failure asks for more by its `retryAfter`. Default 5 min. */
  readonly openDurationMax?: Duration;
  readonly halfOpen?: {
    /** How many probes it lets through, and decides on. Default 1. */
    readonly probes?: number;
    /** After this long without a decision it opens again. Default: the time it was open before. */
    readonly maxWait?: Duration;
  };
  /** What a failure weighs, by the severity of its HoldfastError; other errors are `medium`. Default 1 each. */
  readonly severityWeights?: Partial<Readonly<Record<Severity, number>>>;
  readonly world?: World;
}

/** A breaker changed its state; a metrics-only one would have. */
export interface BreakerTransitionEvent extends BreakerTransition {
  readonly breaker: string;
}

export const breakerTransition: EventType<BreakerTransitionEvent> = defineEvent<BreakerTransitionEvent>(
  'holdfast.breaker.transition',
);

/**
 * Refuses calls while too many of the recent ones failed or were slow, so that the other side can recover and
 * callers fail fast. docs/circuit-breaker.md says exactly when.
 */
export class CircuitBreaker extends Policy<'BREAKER_OPEN'> {
  override readonly kind = 'circuit-breaker';
  private options: CircuitBreakerOptions;
  private slowCallDuration: number;
  private weights: Readonly<Record<Severity, number>>;
  private readonly core: BreakerCore;
  private lastTransition: BreakerTransition | undefined = undefined;

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(options: CircuitBreakerOptions = {}) {
    super(options.name ?? 'breaker', options.world ?? platformWorld());
    this.core = new BreakerCore(settingsOf(options), (transition) => this.transitioned(transition));
    this.options = options;
    this.slowCallDuration = slowCallDurationOf(options);
    this.weights = weightsOf(options);
  }

  override enter(execution: Execution, index: number): EnterVerdict {
    const now = this.world.clock.coarseNow();
    const permit = this.core.acquire(now);
    if (permit === refused) {
      execution.fail(this.refusal(now));
      return 'answered';
    }
    execution.keep(index, this.timed ? new TimedPermit(permit, execution.now) : permit);
    return 'proceed';
  }

  override exit(execution: Execution, index: number): ExitVerdict {
    const kept = execution.kept(index) as number | TimedPermit;
    const judgement = judge(execution, this.options);
    const now = this.world.clock.coarseNow();
    if (typeof kept === 'number') {
      this.record(kept, judgement, false, execution.error, now);
    } else {
      const slow = execution.now - kept.startedAt > this.slowCallDuration;
      this.record(kept.permit, judgement, slow, execution.error, now);
    }
    return 'pass';
  }

  /** As {@link Policy.executeSync}, without a record of the call: for operations of nanoseconds. */
  override executeSync<T>(operation: () => T): T {
    const { clock } = this.world;
    const now = clock.coarseNow();
    const permit = this.core.acquire(now);
    if (permit === refused) throw this.refusal(now).toError(0, undefined);
    const startedAt = this.timed ? clock.now() : 0;
    let value: T;
    try {
      value = operation();
      if (isThenable(value)) throw this.unawaited(value);
    } catch (error) {
      return this.failSync(permit, error, judgeThrown, startedAt);
    }
    let judgement: Judgement;
    try {
      judgement = judgeValue(value, this.options);
    } catch (error) {
      return this.failSync(permit, error, unusable, startedAt);
    }
    this.record(permit, judgement, this.isSlow(startedAt), undefined, now);
    return value;
  }

  /** The state now. Reading it makes a change that is due. */
  get state(): BreakerState {
    return this.core.current(this.world.clock.now());
  }

  /** What it would decide on now: the calls in its window, or the probes while half-open. */
  get tally(): Tally {
    const { calls, failureUnits, slowCalls } = this.core.tally(this.world.clock.now());
    return { calls, failureUnits, slowCalls };
  }

  override get idle(): boolean {
    return this.state === 'closed' && this.tally.calls === 0;
  }

  /** Puts it into a state that only {@link reset} leaves. */
  force(state: ManualBreakerState): void {
    oneOf(state, 'state', ['disabled', 'forced-open', 'metrics-only']);
    this.core.force(state);
  }

  /** Closes it, with everything forgotten. */
  reset(): void {
    this.core.reset();
  }

  /** Changes options while it runs; those left out stay. @throws HoldfastError INVALID_ARGUMENT, changing nothing. */
  reconfigure(changes: Omit<CircuitBreakerOptions, 'name' | 'world'>): void {
    const options = { ...this.options, ...changes };
    const settings = settingsOf(options);
    const weights = weightsOf(options);
    this.slowCallDuration = slowCallDurationOf(options);
    this.weights = weights;
    this.options = options;
    this.core.reconfigure(settings, this.world.clock.now());
  }

  /** Its state as plain data, to be restored in another process. */
  export(): BreakerSnapshot {
    return this.core.export(this.world.clock.now());
  }

  /** @throws HoldfastError INVALID_ARGUMENT when `snapshot` is not one. */
  restore(snapshot: BreakerSnapshot): void {
    if (snapshot.version !== 1) throw invalidArgument('snapshot.version', snapshot.version, '1');
    oneOf(snapshot.state, 'snapshot.state', breakerStates);
    wholeNumber(snapshot.openRemaining, 'snapshot.openRemaining', 0);
    wholeNumber(snapshot.openings, 'snapshot.openings', 0);
    this.core.restore(snapshot, this.world.clock.now());
  }

  /** While it is open, its figures are those that opened it. */
  override condition(): PolicyCondition {
    const { state } = this;
    const { calls, failureUnits, slowCalls } = (state === 'open' && this.lastTransition) || this.tally;
    return {
      state,
      alarming: state.endsWith('open'),
      figures: {
        calls,
        failures: failureUnits / unitsPerFailure,
        slowCalls,
        retryAfter: (this.core.retryAfter(this.world.clock.now()) ?? 0) / 1_000,
      },
    };
  }

  override describe(): PolicyDescription {
    return { ...transparent, kind: this.kind, name: this.name };
  }

  /** Records a failed synchronous call and throws its error, or what the judge throws about it. */
  private failSync(permit: number, error: unknown, judgeError: typeof judgeThrown, startedAt: number): never {
    let judgement: Judgement = 'failure';
    let thrown = error;
    try {
      judgement = judgeError(error, this.options);
    } catch (byJudge) {
      thrown = byJudge;
    }
    this.record(permit, judgement, this.isSlow(startedAt), thrown, this.world.clock.coarseNow());
    throw thrown;
  }

  /** The error for a promise where a value has to be; how that promise ends is nobody's business any more. */
  private unawaited(promise: PromiseLike<unknown>): unknown {
    Promise.resolve(promise).catch(() => {});
    return asyncRequired(this.name, 'maybe');
  }

  private get timed(): boolean {
    return this.slowCallDuration !== Number.POSITIVE_INFINITY;
  }

  private isSlow(startedAt: number): boolean {
    return this.timed && this.world.clock.now() - startedAt > this.slowCallDuration;
  }

  protected record(permit: number, judgement: Judgement, slow: boolean, error: unknown, now: number): void {
    if (judgement !== 'failure') {
      this.core.record(permit, judgement, 0, slow, now);
    } else {
      const severity = isHoldfastError(error) ? error.severity : 'medium';
      this.core.record(permit, judgement, this.weights[severity], slow, now, retryAfterOf(error));
    }
  }

  private refusal(now: number): BreakerRejection {
    const state = this.core.current(now);
    const opened = state === 'forced-open' ? undefined : this.lastTransition;
    return new BreakerRejection(this, state, this.core.retryAfter(now), opened);
  }

  private transitioned(transition: BreakerTransition): void {
    if (transition.to === 'open') this.lastTransition = transition;
    if (breakerTransition.active) breakerTransition.publish({ ...transition, breaker: this.name });
  }
}

/** Makes a circuit breaker. See {@link CircuitBreaker}. */
export function circuitBreaker(options?: CircuitBreakerOptions): CircuitBreaker {
  return new CircuitBreaker(options);
}

/** The judgement of a value that its judge could not judge. */
function unusable(): Judgement {
  return 'failure';
}

/** A permit whose call is timed, because slow calls count. */
class TimedPermit {
  readonly permit: number;
  readonly startedAt: number;

  constructor(permit: number, startedAt: number) {
    this.permit = permit;
    this.startedAt = startedAt;
  }
}

class BreakerRejection extends Rejection {
  override readonly code = 'BREAKER_OPEN';
  private readonly state: BreakerState;
  /** The transition that opened it. */
  private readonly opened: BreakerTransition | undefined;

  constructor(
    policy: RejectingPolicy,
    state: BreakerState,
    retryAfter: number | undefined,
    opened: BreakerTransition | undefined,
  ) {
    super(policy, retryAfter);
    this.state = state;
    this.opened = opened;
  }

  override reason(): string {
    const { name } = this.policy;
    if (this.state === 'forced-open') return `${name} is forced open: reset() it to let calls through`;
    const again = `it lets calls through again in ${formatMicros(this.retryAfter ?? 0)} at the earliest`;
    if (this.state === 'half-open') return `${name} is half-open and waits for its probes: ${again}`;
    if (this.opened === undefined) return `${name} is open: ${again}`;
    const { reason, calls, failureUnits, slowCalls } = this.opened;
    const failures = failureUnits / unitsPerFailure;
    return `${name} is open (${reason}: of ${calls} calls ${failures} failed, ${slowCalls} were slow): ${again}`;
  }

  override facts(): RejectionFacts {
    if (this.opened === undefined) return { state: this.state };
    const { reason, calls, failureUnits, slowCalls } = this.opened;
    return { state: this.state, reason, calls, failures: failureUnits / unitsPerFailure, slowCalls };
  }
}

const breakerStates: readonly BreakerState[] = [
  'closed',
  'open',
  'half-open',
  'disabled',
  'forced-open',
  'metrics-only',
];

function settingsOf(options: CircuitBreakerOptions): BreakerSettings {
  const openDuration = toPositiveMicros(options.openDuration ?? '5s', 'openDuration');
  const { failureRate = 0.5, slowRate = 1, halfOpen = {} } = options;
  const window = windowOf(options);
  const callsMax = window.type === 'count' ? window.size : Number.MAX_SAFE_INTEGER;
  return {
    window,
    minimumThroughput: wholeNumber(
      options.minimumThroughput ?? Math.min(20, callsMax),
      'minimumThroughput',
      1,
      callsMax,
    ),
    failureRateUnits: failureRate === 'off' ? undefined : rateUnits(failureRate, 'failureRate'),
    slowRateUnits: options.slowCallDuration === undefined ? undefined : rateUnits(slowRate, 'slowRate'),
    consecutiveFailures:
      options.consecutiveFailures === undefined
        ? undefined
        : wholeNumber(options.consecutiveFailures, 'consecutiveFailures', 1),
    openDuration,
    openDurationFactor: numberBetween(options.openDurationFactor ?? 1, 'openDurationFactor', 1, 100),
    openDurationMax: Math.max(openDuration, toMicros(options.openDurationMax ?? '5m', 'openDurationMax')),
    probes: wholeNumber(halfOpen.probes ?? 1, 'halfOpen.probes', 1),
    maxWait:
      halfOpen.maxWait === undefined ? undefined : toPositiveMicros(halfOpen.maxWait, 'halfOpen.maxWait'),
  };
}

function windowOf({ window }: CircuitBreakerOptions): WindowSettings {
  if (window === undefined) return { type: 'time', duration: 30_000_000, buckets: 10 };
  oneOf(window.type, 'window.type', ['count', 'time']);
  if (window.type === 'count') {
    return { type: 'count', size: wholeNumber(window.size, 'window.size', 1, 1_000_000) };
  }
  return {
    type: 'time',
    duration: toPositiveMicros(window.duration, 'window.duration'),
    buckets: wholeNumber(window.buckets ?? 10, 'window.buckets', 1, 1_000),
  };
}

function rateUnits(rate: number, field: string): number {
  return Math.max(1, Math.round(numberBetween(rate, field, 0, 1) * unitsPerFailure));
}

function slowCallDurationOf({ slowCallDuration }: CircuitBreakerOptions): number {
  return slowCallDuration === undefined
    ? Number.POSITIVE_INFINITY
    : toMicros(slowCallDuration, 'slowCallDuration');
}

function weightsOf({ severityWeights = {} }: CircuitBreakerOptions): Readonly<Record<Severity, number>> {
  const units = (severity: Severity): number =>
    Math.round(
      numberBetween(severityWeights[severity] ?? 1, `severityWeights.${severity}`, 0, 100) * unitsPerFailure,
    );
  return { low: units('low'), medium: units('medium'), high: units('high'), critical: units('critical') };
}
