import {
  type Duration,
  defineEvent,
  type EventType,
  type HoldfastError,
  invalidArgument,
  platformWorld,
  sleep,
  throwIfAborted,
  toPositiveMicros,
  type World,
} from '@holdfast/core';
import { resilienceErrors } from '../errors.ts';
import { oneOf, wholeNumber } from '../options.ts';
import { type Backoff, constant, exponential } from '../retry/backoff.ts';
import { type Timeout, timeout } from '../timeout/timeout.ts';
import { type Component, strategiesOf } from './component.ts';
import {
  RecoveryChain,
  type RecoveryMove,
  type RecoveryStep,
  type RecoveryStrategy,
} from './recovery-chain.ts';
import { RestartIntensity } from './restart-intensity.ts';

export interface RecoveryStepOptions {
  readonly strategy: RecoveryStrategy;
  /** How often it is tried in one recovery. Default 3; `degrade` and `escalate` once. */
  readonly attempts?: number;
  /** The wait before each attempt. Default exponential, 100 ms to 30 s; none for `degrade` and `escalate`. */
  readonly backoff?: Backoff;
  /** How often it may be tried over all recoveries; beyond, the next strategy has its turn. Default: no limit. */
  readonly intensity?: { readonly max: number; readonly within: Duration };
}

export interface SupervisorOptions {
  /** Tried in this order. Default: those that the component has functions for, restarts at most 5 in 5 min. */
  readonly strategies?: readonly RecoveryStepOptions[];
  /** How often it is checked while it works. Default 5 s. */
  readonly checkInterval?: Duration;
  /** How long a check may take. Default 5 s. */
  readonly checkTimeout?: Duration;
  /** How long each other function of the component may take. Default 30 s. */
  readonly stepTimeout?: Duration;
  readonly world?: World;
}

export type SupervisedState = 'working' | 'recovering' | 'degraded' | 'failed';

/** One attempt to bring a component back. */
export interface RecoveryAttemptEvent {
  readonly component: string;
  readonly strategy: RecoveryStrategy;
  readonly attempt: number;
  /** Milliseconds that it waited before. */
  readonly delay: number;
  /** Why it did not work; undefined when it did. */
  readonly error: unknown;
  /** What `stop` threw before the restart went on. */
  readonly stopError: unknown;
}

/** How a failed component was brought back, or that it was not. */
export interface RecoveryEvent {
  readonly component: string;
  readonly outcome: 'recovered' | 'degraded' | 'failed';
  /** What did it; `restore` when a degraded component works again by itself; undefined when nothing did. */
  readonly strategy: RecoveryStrategy | 'restore' | undefined;
  /** Attempts of all strategies together. */
  readonly attempts: number;
  /** Milliseconds. */
  readonly duration: number;
  /** The failure that it was brought back from. */
  readonly failure: unknown;
}

export const recoveryAttempted: EventType<RecoveryAttemptEvent> = defineEvent<RecoveryAttemptEvent>(
  'holdfast.recovery.attempted',
);
export const recoveryEnded: EventType<RecoveryEvent> = defineEvent<RecoveryEvent>('holdfast.recovery.ended');

/**
 * Keeps a component working: checks it, and when it fails, tries one strategy after the other until a check
 * passes again. A degraded component is still checked and brought back, and restored once it works.
 */
export class Supervisor {
  private readonly component: Component;
  private readonly world: World;
  private readonly chain: RecoveryChain;
  private readonly checkInterval: number;
  private readonly checkLimit: Timeout;
  private readonly stepLimit: Timeout;
  private current: SupervisedState = 'working';
  private degraded = false;
  private recovery: Promise<void> | undefined = undefined;

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(component: Component, options: SupervisorOptions = {}) {
    const { name } = component;
    const world = options.world ?? platformWorld();
    this.component = component;
    this.world = world;
    this.chain = new RecoveryChain(stepsOf(component, options));
    this.checkInterval = toPositiveMicros(options.checkInterval ?? '5s', 'checkInterval');
    this.checkLimit = timeout(options.checkTimeout ?? '5s', { name: `the check of ${name}`, world });
    this.stepLimit = timeout(options.stepTimeout ?? '30s', { name: `the recovery of ${name}`, world });
  }

  get state(): SupervisedState {
    return this.current;
  }

  /**
   * Checks the component again and again and recovers it when it fails. Resolves once `signal` aborts.
   *
   * @throws HoldfastError RECOVERY_FAILED when no strategy is left. It may be run again later.
   */
  async run(signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        throwIfAborted(signal, 'supervision');
        await this.checkOnce(signal);
        await sleep(this.checkInterval / 1_000, { world: this.world, signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /**
   * Recovers the component from `failure`, which somebody noticed before the next check did. Joins a recovery that
   * is under way, which then heeds the signal of the first who asked. Resolves when it works again or is degraded.
   *
   * @throws HoldfastError RECOVERY_FAILED with the first failure and the last one of each strategy as `causes`;
   * ABORTED when the signal aborts.
   */
  recover(failure: unknown, signal?: AbortSignal): Promise<void> {
    this.recovery ??= this.tryEverything(failure, signal).finally(() => {
      this.recovery = undefined;
    });
    return this.recovery;
  }

  private async checkOnce(signal: AbortSignal): Promise<void> {
    try {
      await this.check(signal);
      if (!this.degraded) {
        this.current = 'working';
        return;
      }
      const restoring = new Recovery(this.component.name, undefined, this.world);
      await this.restore(signal);
      this.end(restoring, 'recovered', 'restore');
    } catch (error) {
      throwIfAborted(signal, 'supervision');
      await this.recover(error, signal);
    }
  }

  private async tryEverything(failure: unknown, signal: AbortSignal | undefined): Promise<void> {
    const recovery = new Recovery(this.component.name, failure, this.world);
    this.current = 'recovering';
    this.chain.begin();
    try {
      let move = this.chain.next(this.world.clock.now(), this.world.random);
      while (move !== undefined) {
        if (await this.attempt(move, recovery, signal)) {
          this.end(recovery, this.degraded ? 'degraded' : 'recovered', move.strategy);
          return;
        }
        move = this.chain.next(this.world.clock.now(), this.world.random);
      }
    } finally {
      // Aborted, or a defect: nobody works on it any longer.
      if (this.current === 'recovering') this.current = 'failed';
    }
    this.end(recovery, 'failed', undefined);
    throw recovery.failed();
  }

  private end(
    recovery: Recovery,
    outcome: RecoveryEvent['outcome'],
    strategy: RecoveryEvent['strategy'],
  ): void {
    this.current = outcome === 'recovered' ? 'working' : outcome;
    if (recoveryEnded.active) recoveryEnded.publish(recovery.toEvent(outcome, strategy));
  }

  /** Whether it works again, or can be done without. */
  private async attempt(
    { strategy, attempt, delay }: RecoveryMove,
    recovery: Recovery,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    if (delay > 0) await sleep(delay / 1_000, { world: this.world, signal });
    recovery.attempts++;
    let error: unknown;
    let stopError: unknown;
    try {
      stopError = await this.apply(strategy, recovery, signal);
    } catch (thrown) {
      throwIfAborted(signal, 'recovery');
      error = thrown;
      recovery.failedWith(strategy, thrown);
    }
    if (recoveryAttempted.active) {
      const component = this.component.name;
      recoveryAttempted.publish({ component, strategy, attempt, delay: delay / 1_000, error, stopError });
    }
    return error === undefined;
  }

  /** Throws unless it works again. Returns what `stop` threw. */
  private async apply(
    strategy: RecoveryStrategy,
    recovery: Recovery,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const { component } = this;
    if (strategy === 'degrade') {
      if (!this.degraded) await this.step((stepSignal) => component.degrade!(stepSignal), signal);
      this.degraded = true;
      return undefined;
    }
    let stopError: unknown;
    if (strategy === 'restart') {
      stopError = await this.stop(signal);
      await this.step((stepSignal) => component.start!(stepSignal), signal);
    } else if (strategy === 'reconnect') {
      await this.step((stepSignal) => component.reconnect!(stepSignal), signal);
    } else if (strategy === 'escalate') {
      await this.step((stepSignal) => component.escalate!(recovery.failed(), stepSignal), signal);
    }
    await this.check(signal);
    await this.restore(signal);
    return stopError;
  }

  private async stop(signal: AbortSignal | undefined): Promise<unknown> {
    const { component } = this;
    try {
      if (component.stop !== undefined) await this.step((stepSignal) => component.stop!(stepSignal), signal);
      return undefined;
    } catch (error) {
      throwIfAborted(signal, 'recovery');
      return error;
    }
  }

  private async restore(signal: AbortSignal | undefined): Promise<void> {
    const { component } = this;
    if (this.degraded && component.restore !== undefined) {
      await this.step((stepSignal) => component.restore!(stepSignal), signal);
    }
    this.degraded = false;
  }

  private async check(signal: AbortSignal | undefined): Promise<void> {
    await this.checkLimit.execute((attempt) => this.component.check(attempt.signal), optional(signal));
  }

  private async step(
    action: (signal: AbortSignal) => unknown,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    await this.stepLimit.execute((attempt) => action(attempt.signal), optional(signal));
  }
}

/** Keeps `component` working. See {@link Supervisor}. */
export function supervise(component: Component, options?: SupervisorOptions): Supervisor {
  return new Supervisor(component, options);
}

/** What one recovery has seen. */
class Recovery {
  attempts = 0;
  private readonly component: string;
  private readonly failure: unknown;
  private readonly world: World;
  private readonly startedAt: number;
  /** The last error of each strategy. */
  private readonly errors = new Map<RecoveryStrategy, unknown>();

  constructor(component: string, failure: unknown, world: World) {
    this.component = component;
    this.failure = failure;
    this.world = world;
    this.startedAt = world.clock.now();
  }

  failedWith(strategy: RecoveryStrategy, error: unknown): void {
    this.errors.set(strategy, error);
  }

  failed(): HoldfastError<'RECOVERY_FAILED'> {
    const tried = [...this.errors.keys()].join(', ');
    return resilienceErrors.create('RECOVERY_FAILED', {
      message: `${this.component} still does not work after ${this.attempts} attempts (${tried || 'none allowed'}): see the causes, and repair it by hand`,
      context: { component: this.component, attempts: this.attempts, strategies: tried },
      origin: { component: this.component },
      cause: this.failure,
      causes: [this.failure, ...this.errors.values()],
    });
  }

  toEvent(outcome: RecoveryEvent['outcome'], strategy: RecoveryEvent['strategy']): RecoveryEvent {
    const { component, attempts, failure } = this;
    const duration = (this.world.clock.now() - this.startedAt) / 1_000;
    return { component, outcome, strategy, attempts, duration, failure };
  }
}

function optional(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

function stepsOf(component: Component, { strategies }: SupervisorOptions): RecoveryStep[] {
  const possible = strategiesOf(component);
  const steps = strategies ?? possible.map(defaultStep);
  if (steps.length === 0) throw invalidArgument('strategies', steps, 'at least one strategy');
  return steps.map((step, index) => {
    const field = `strategies[${index}]`;
    const strategy = oneOf(step.strategy, `${field}.strategy`, possible);
    const once = strategy === 'degrade' || strategy === 'escalate';
    const { intensity } = step;
    return {
      strategy,
      attempts: wholeNumber(step.attempts ?? (once ? 1 : 3), `${field}.attempts`, 1, 1_000),
      backoff: step.backoff ?? (once ? constant(0) : exponential()),
      intensity:
        intensity &&
        new RestartIntensity(
          wholeNumber(intensity.max, `${field}.intensity.max`, 1, 1_000),
          toPositiveMicros(intensity.within, `${field}.intensity.within`),
        ),
    };
  });
}

function defaultStep(strategy: RecoveryStrategy): RecoveryStepOptions {
  return strategy === 'restart' ? { strategy, intensity: { max: 5, within: '5m' } } : { strategy };
}
