import {
  type Duration,
  platformWorld,
  sleep,
  throwIfAborted,
  toPositiveMicros,
  type World,
} from '@holdfast/core';
import { type Coalesce, coalesce } from '../hedging/coalesce.ts';
import { type Timeout, timeout } from '../timeout/timeout.ts';
import type { Component } from './component.ts';
import { RecoveryChain, type RecoveryMove, type RecoveryStrategy } from './recovery-chain.ts';
import { type RecoveryEvent, RecoveryRecord, recoveryAttempted, recoveryEnded } from './recovery-record.ts';
import { type RecoveryStepOptions, stepsOf } from './recovery-steps.ts';

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
  /** Lets whoever notices the failure wait for the same recovery. */
  private readonly joint: Coalesce;
  private current: Exclude<SupervisedState, 'recovering'> = 'working';
  private degraded = false;

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(component: Component, options: SupervisorOptions = {}) {
    const { name } = component;
    const world = options.world ?? platformWorld();
    this.component = component;
    this.world = world;
    this.chain = new RecoveryChain(stepsOf(component, options.strategies));
    this.checkInterval = toPositiveMicros(options.checkInterval ?? '5s', 'checkInterval');
    this.joint = coalesce({ name: `the recovery of ${name}`, world });
    this.checkLimit = timeout(options.checkTimeout ?? '5s', { name: `the check of ${name}`, world });
    this.stepLimit = timeout(options.stepTimeout ?? '30s', { name: `the recovery of ${name}`, world });
  }

  get state(): SupervisedState {
    return this.joint.idle ? this.current : 'recovering';
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
   * is under way, which is aborted once all who wait for it have given up. Resolves when the component works again or
   * is degraded.
   *
   * @throws HoldfastError RECOVERY_FAILED with the first failure and the last one of each strategy as `causes`;
   * ABORTED when the signal aborts.
   */
  recover(failure: unknown, signal?: AbortSignal): Promise<void> {
    return this.joint.execute((attempt) => this.tryEverything(failure, attempt.signal), {
      key: this.component.name,
      ...(signal === undefined ? undefined : { signal }),
    });
  }

  private async checkOnce(signal: AbortSignal): Promise<void> {
    try {
      await this.check(signal);
      if (!this.degraded) {
        this.current = 'working';
        return;
      }
      const restoring = new RecoveryRecord(this.component.name, undefined, this.world);
      await this.restore(signal);
      this.end(restoring, 'recovered', 'restore');
    } catch (error) {
      throwIfAborted(signal, 'supervision');
      await this.recover(error, signal);
    }
  }

  private async tryEverything(failure: unknown, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.world;
    const recovery = new RecoveryRecord(this.component.name, failure, this.world);
    if (!this.degraded) this.current = 'failed';
    this.chain.begin();
    for (let move = this.chain.next(clock.now(), random); move !== undefined; ) {
      if (await this.attempt(move, recovery, signal)) {
        this.end(recovery, this.degraded ? 'degraded' : 'recovered', move.strategy);
        return;
      }
      move = this.chain.next(clock.now(), random);
    }
    this.end(recovery, 'failed', undefined);
    throw recovery.failed();
  }

  private end(
    recovery: RecoveryRecord,
    outcome: RecoveryEvent['outcome'],
    strategy: RecoveryEvent['strategy'],
  ): void {
    this.current = outcome === 'recovered' ? 'working' : outcome;
    if (recoveryEnded.active) recoveryEnded.publish(recovery.toEvent(outcome, strategy));
  }

  /** Whether it works again, or can be done without. */
  private async attempt(
    { strategy, attempt, delay }: RecoveryMove,
    recovery: RecoveryRecord,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (delay > 0) await sleep(delay / 1_000, { world: this.world, signal });
    recovery.begin();
    let works = false;
    let error: unknown;
    try {
      await this.apply(strategy, recovery, signal);
      works = true;
    } catch (thrown) {
      throwIfAborted(signal, 'recovery');
      error = thrown;
      recovery.failedWith(strategy, thrown);
    }
    if (recoveryAttempted.active) {
      recoveryAttempted.publish({
        component: this.component.name,
        strategy,
        attempt,
        delay: delay / 1_000,
        works,
        error,
        stopError: recovery.stopError,
      });
    }
    return works;
  }

  /** Throws unless it works again, or is degraded. */
  private async apply(
    strategy: RecoveryStrategy,
    recovery: RecoveryRecord,
    signal: AbortSignal,
  ): Promise<void> {
    const { component } = this;
    if (strategy === 'degrade') {
      if (!this.degraded) await this.step((stepSignal) => component.degrade!(stepSignal), signal);
      this.degraded = true;
      return;
    }
    if (strategy === 'restart') {
      await this.stop(recovery, signal);
      await this.step((stepSignal) => component.start!(stepSignal), signal);
    } else if (strategy === 'reconnect') {
      await this.step((stepSignal) => component.reconnect!(stepSignal), signal);
    } else if (strategy === 'escalate') {
      await this.step((stepSignal) => component.escalate!(recovery.failed(), stepSignal), signal);
    }
    await this.check(signal);
    await this.restore(signal);
  }

  private async stop(recovery: RecoveryRecord, signal: AbortSignal): Promise<void> {
    const { component } = this;
    if (component.stop === undefined) return;
    try {
      await this.step((stepSignal) => component.stop!(stepSignal), signal);
    } catch (error) {
      throwIfAborted(signal, 'recovery');
      recovery.stopError = error;
    }
  }

  private async restore(signal: AbortSignal): Promise<void> {
    const { component } = this;
    if (this.degraded && component.restore !== undefined) {
      await this.step((stepSignal) => component.restore!(stepSignal), signal);
    }
    this.degraded = false;
  }

  private async check(signal: AbortSignal): Promise<void> {
    await this.checkLimit.execute((attempt) => this.component.check(attempt.signal), { signal });
  }

  private async step(action: (signal: AbortSignal) => unknown, signal: AbortSignal): Promise<void> {
    await this.stepLimit.execute((attempt) => action(attempt.signal), { signal });
  }
}

/** Keeps `component` working. See {@link Supervisor}. */
export function supervise(component: Component, options?: SupervisorOptions): Supervisor {
  return new Supervisor(component, options);
}
