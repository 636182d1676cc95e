import { ManualWorld, type Severity } from '@holdfast/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BreakerSettings } from '../../src/breaker/breaker-core.ts';
import {
  type BreakerTransition,
  breakerTransition,
  type CircuitBreaker,
  type CircuitBreakerOptions,
  circuitBreaker,
  resilienceErrors,
} from '../../src/index.ts';
import { Oracle, type OraclePermit } from './oracle.ts';

// Goal: the whole policy, with real calls, real options and a wall clock that jumps, keeps to the page too.
// Method: random lives of a circuit breaker beside the oracle, which is told only monotonic times.

const weights = { low: 0, medium: 1, high: 1.5, critical: 0.33333 };

interface Plan {
  readonly window: { readonly type: 'count'; readonly size: number } | TimeWindowPlan;
  readonly failureRate: number | 'off';
  readonly minimumThroughput: number;
  readonly consecutiveFailures: number | undefined;
  readonly slowCallDuration: number | undefined;
  readonly slowRate: number;
  readonly openDuration: number;
  readonly openDurationFactor: number;
  readonly openDurationMax: number;
  readonly probes: number;
  readonly maxWait: number | undefined;
}

interface TimeWindowPlan {
  readonly type: 'time';
  readonly duration: number;
  readonly buckets: number;
}

type Step =
  | { readonly does: 'call' | 'look' | 'reset' }
  | { readonly does: 'succeed' | 'cancel' | 'abort'; readonly which: number }
  | {
      readonly does: 'fail';
      readonly which: number;
      readonly severity: Severity;
      readonly retryAfter: number;
    }
  | { readonly does: 'wait' | 'jump'; readonly millis: number }
  | { readonly does: 'force'; readonly to: 'disabled' | 'forced-open' | 'metrics-only' }
  | { readonly does: 'reconfigure'; readonly to: number };

interface RunningCall {
  readonly permit: OraclePermit;
  readonly startedAt: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly caller: AbortController;
}

test('a circuit breaker lives as its page says, whatever the wall clock shows', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyPlan, { minLength: 2, maxLength: 2 }),
      fc.array(anyStep, { minLength: 10, maxLength: 120, size: 'max' }),
      async (plans, steps) => {
        const life = new Life(plans);
        try {
          for (const step of steps) await life.take(step);
        } finally {
          life.end();
        }
      },
    ),
    { numRuns: 400 },
  );
});

class Life {
  private readonly world = new ManualWorld();
  private readonly plans: readonly Plan[];
  private plan: Plan;
  private readonly breaker: CircuitBreaker;
  private readonly oracle: Oracle;
  private readonly running: RunningCall[] = [];
  private readonly published: BreakerTransition[] = [];
  readonly end: () => void;

  constructor(plans: readonly Plan[]) {
    this.plans = plans;
    this.plan = plans[0]!;
    this.breaker = circuitBreaker({ ...optionsOf(this.plan), name: 'lively', world: this.world });
    this.oracle = new Oracle(settingsOf(this.plan));
    this.end = breakerTransition.subscribe((event) => {
      if (event.breaker === this.breaker.name) this.published.push(event);
    });
  }

  async take(step: Step): Promise<void> {
    const { breaker, oracle, world } = this;
    const now = world.clock.now();
    switch (step.does) {
      case 'call':
        await this.call(now);
        break;
      case 'succeed':
      case 'cancel':
      case 'abort':
      case 'fail':
        await this.finish(step, now);
        break;
      case 'wait':
        await world.advance(step.millis);
        break;
      case 'jump':
        world.jumpWall(step.millis);
        break;
      case 'look': {
        expect(breaker.state).toBe(oracle.current(now));
        expect(breaker.tally).toEqual(oracle.tally(now));
        break;
      }
      case 'force':
        breaker.force(step.to);
        oracle.force(step.to, now);
        break;
      case 'reset':
        breaker.reset();
        oracle.reset(now);
        break;
      case 'reconfigure':
        this.plan = this.plans[step.to]!;
        breaker.reconfigure(optionsOf(this.plan));
        oracle.reconfigure(settingsOf(this.plan), now);
        break;
    }
    expect(this.published.map(({ from, to, reason }) => [from, to, reason])).toEqual(
      oracle.published.map(({ from, to, reason }) => [from, to, reason]),
    );
    this.published.length = 0;
    oracle.published.length = 0;
  }

  private async call(now: number): Promise<void> {
    const caller = new AbortController();
    let started: Pick<RunningCall, 'resolve' | 'reject'> | undefined;
    const outcome = this.breaker.tryExecute(
      () =>
        new Promise((resolve, reject) => {
          started = { resolve, reject };
        }),
      { signal: caller.signal },
    );
    const permit = this.oracle.acquire(now);
    expect(started !== undefined).toBe(permit !== 'refused');
    if (permit !== 'refused') {
      this.running.push({ permit, startedAt: now, caller, ...started! });
      return;
    }
    const refusal = await outcome;
    if (refusal.ok) throw new Error('must be refused');
    const retryAfter = this.oracle.retryAfter(now);
    expect(refusal.error.code).toBe('BREAKER_OPEN');
    expect(refusal.error.retryAfter).toBe(retryAfter === undefined ? undefined : retryAfter / 1_000);
  }

  private async finish(step: Step & { which: number }, now: number): Promise<void> {
    const { running, oracle } = this;
    if (running.length === 0) return;
    const [call] = running.splice(step.which % running.length, 1);
    const { permit, startedAt, resolve, reject, caller } = call!;
    const limit = this.plan.slowCallDuration;
    const slow = limit !== undefined && now - startedAt > limit * 1_000;
    if (step.does === 'succeed') {
      oracle.record(permit, 'success', 0, slow, now, 0);
      resolve('good');
    } else if (step.does === 'fail') {
      const weight = Math.round(weights[step.severity] * 10_000);
      oracle.record(permit, 'failure', weight, slow, now, step.retryAfter * 1_000);
      const { severity, retryAfter } = step;
      reject(resilienceErrors.create('STORE_UNAVAILABLE', { message: 'bad', severity, retryAfter }));
    } else {
      oracle.record(permit, 'ignored', 0, slow, now, 0);
      if (step.does === 'abort') caller.abort();
      else reject(new DOMException('no longer wanted', 'AbortError'));
    }
    await this.world.settle();
  }
}

function optionsOf(plan: Plan): CircuitBreakerOptions {
  const { consecutiveFailures, slowCallDuration, probes, maxWait, ...options } = plan;
  return {
    ...options,
    severityWeights: weights,
    halfOpen: { probes, ...(maxWait === undefined ? undefined : { maxWait }) },
    ...(consecutiveFailures === undefined ? undefined : { consecutiveFailures }),
    ...(slowCallDuration === undefined ? undefined : { slowCallDuration }),
  };
}

function settingsOf(plan: Plan): BreakerSettings {
  const { window, failureRate, slowCallDuration, slowRate, maxWait } = plan;
  return {
    window: window.type === 'count' ? window : { ...window, duration: window.duration * 1_000 },
    minimumThroughput: plan.minimumThroughput,
    failureRateUnits: failureRate === 'off' ? undefined : Math.round(failureRate * 10_000),
    slowRateUnits: slowCallDuration === undefined ? undefined : Math.round(slowRate * 10_000),
    consecutiveFailures: plan.consecutiveFailures,
    openDuration: plan.openDuration * 1_000,
    openDurationFactor: plan.openDurationFactor,
    openDurationMax: Math.max(plan.openDuration, plan.openDurationMax) * 1_000,
    probes: plan.probes,
    maxWait: maxWait === undefined ? undefined : maxWait * 1_000,
  };
}

const millis = fc.integer({ min: 1, max: 40 });
const rate = fc.double({ min: 0.01, max: 1, noNaN: true });

/**
 * Which thresholds are on is the same in both plans of a life: leaving an option out does not switch it off, and
 * a call that began untimed stays so.
 */
const anyPlan: fc.Arbitrary<Plan> = fc
  .record({
    window: fc.oneof(
      fc.record({ type: fc.constant('count' as const), size: fc.integer({ min: 1, max: 20 }) }),
      fc.record({
        type: fc.constant('time' as const),
        duration: millis,
        buckets: fc.integer({ min: 1, max: 10 }),
      }),
    ),
    failureRate: fc.oneof(
      { weight: 5, arbitrary: rate },
      { weight: 1, arbitrary: fc.constant('off' as const) },
    ),
    minimumThroughput: fc.integer({ min: 1, max: 6 }),
    consecutiveFailures: fc.integer({ min: 1, max: 8 }),
    slowCallDuration: millis,
    slowRate: rate,
    openDuration: millis,
    openDurationFactor: fc.integer({ min: 1, max: 3 }),
    openDurationMax: fc.integer({ min: 40, max: 200 }),
    probes: fc.integer({ min: 1, max: 3 }),
    maxWait: millis,
  })
  .map((plan) =>
    plan.window.type === 'time'
      ? plan
      : { ...plan, minimumThroughput: Math.min(plan.minimumThroughput, plan.window.size) },
  );

const which = fc.nat(20);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 30, arbitrary: fc.constant<Step>({ does: 'call' }) },
  { weight: 12, arbitrary: fc.record({ does: fc.constant('succeed' as const), which }) },
  {
    weight: 15,
    arbitrary: fc.record({
      does: fc.constant('fail' as const),
      which,
      severity: fc.constantFrom<Severity>('low', 'medium', 'medium', 'high', 'critical'),
      retryAfter: fc.oneof(fc.constant(0), fc.nat(300)),
    }),
  },
  { weight: 4, arbitrary: fc.record({ does: fc.constantFrom('cancel' as const, 'abort' as const), which }) },
  { weight: 12, arbitrary: fc.record({ does: fc.constant('wait' as const), millis }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('jump' as const),
      millis: fc.constantFrom(-86_400_000_000, -1, 1, 3_600_000, 86_400_000_000),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ does: 'wait', millis: 10_000_000_000 }) },
  { weight: 8, arbitrary: fc.constant<Step>({ does: 'look' }) },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('force' as const),
      to: fc.constantFrom('disabled' as const, 'forced-open' as const, 'metrics-only' as const),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ does: 'reset' }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('reconfigure' as const), to: fc.nat(1) }) },
);
