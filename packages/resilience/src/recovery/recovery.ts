import {
  type Duration,
  defineEvent,
  type EventType,
  invalidArgument,
  platformWorld,
  sleep,
  throwIfAborted,
  toPositiveMicros,
  type World,
} from '@holdfast/core';
import { resilienceErrors } from '../errors.ts';
import { Timeout } from '../timeout/timeout.ts';
import type { RecoveryKind, RecoveryStep } from './step.ts';

export interface RecoveryOptions {
  /** The component's name in errors and events. */
  readonly name: string;
  /** Whether the component works: throws or rejects when not. */
  readonly check: (signal: AbortSignal) => unknown;
  /** How long a check, and an action of a step, may take. Default 10 s. */
  readonly timeout?: Duration;
  /** What to try, in this order. */
  readonly steps: readonly RecoveryStep[];
  readonly world?: World;
}

/** One try of one step, and what it came to: `error` undefined means that the component works again. */
export interface RecoveryAttempt {
  readonly component: string;
  readonly kind: RecoveryKind;
  /** Counts the tries of this step from 1. */
  readonly attempt: number;
  readonly error: unknown;
}

/** How a recovery ended. */
export interface RecoveryReport {
  readonly component: string;
  /** `recovered`: it works again; `degraded`: the system goes on without it. */
  readonly status: 'recovered' | 'degraded';
  /** The step that did it. */
  readonly by: RecoveryKind;
  /** Every try, in order. */
  readonly attempts: readonly RecoveryAttempt[];
  /** Milliseconds from the failure. */
  readonly elapsed: number;
}

export const recoveryAttempted: EventType<RecoveryAttempt> = defineEvent<RecoveryAttempt>(
  'holdfast.recovery.attempted',
);
export const recoveryEnded: EventType<RecoveryReport> =
  defineEvent<RecoveryReport>('holdfast.recovery.ended');

/**
 * Brings a failed component back by a chain of steps: each step acts, and the component is checked; the first step
 * after which it works ends the chain. Recoveries of one component never overlap: a second call joins the first.
 */
export class Recovery {
  readonly name: string;
  readonly world: World;
  private readonly check: (signal: AbortSignal) => unknown;
  private readonly steps: readonly RecoveryStep[];
  private readonly timeout: Timeout;
  private underWay: Promise<RecoveryReport> | undefined = undefined;

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(options: RecoveryOptions) {
    this.name = options.name;
    this.world = options.world ?? platformWorld();
    this.check = options.check;
    if (options.steps.length === 0) throw invalidArgument('steps', options.steps, 'at least one step');
    this.steps = [...options.steps];
    toPositiveMicros(options.timeout ?? '10s', 'timeout');
    this.timeout = new Timeout(options.timeout ?? '10s', { name: this.name, world: this.world });
  }

  /** Checks the component. @throws what the check throws, or TIMEOUT. */
  async probe(signal?: AbortSignal): Promise<void> {
    await this.timeout.execute((attempt) => this.check(attempt.signal), optional(signal));
  }

  /**
   * Brings the component back after `failure`.
   *
   * @throws HoldfastError RECOVERY_FAILED with every step's failure when none helped; ABORTED.
   */
  recover(failure: unknown, options: { readonly signal?: AbortSignal } = {}): Promise<RecoveryReport> {
    this.underWay ??= this.run(failure, options.signal).finally(() => {
      this.underWay = undefined;
    });
    return this.underWay;
  }

  private async run(failure: unknown, signal: AbortSignal | undefined): Promise<RecoveryReport> {
    const { clock } = this.world;
    const startedAt = clock.now();
    const attempts: RecoveryAttempt[] = [];
    for (const step of this.steps) {
      let delay = 0;
      for (let attempt = 1; attempt <= step.attempts; attempt++) {
        delay = step.backoff.delay(attempt, delay, this.world.random);
        if (delay > 0) await sleep(delay / 1_000, { world: this.world, ...optional(signal) });
        throwIfAborted(signal, `the recovery of ${this.name}`);
        if (!step.mayTry(clock.now())) break;
        const error = await this.try(step, failure, signal);
        const tried: RecoveryAttempt = { component: this.name, kind: step.kind, attempt, error };
        attempts.push(tried);
        if (recoveryAttempted.active) recoveryAttempted.publish(tried);
        if (error === undefined) {
          const report: RecoveryReport = {
            component: this.name,
            status: step.kind === 'degrade' ? 'degraded' : 'recovered',
            by: step.kind,
            attempts,
            elapsed: (clock.now() - startedAt) / 1_000,
          };
          if (recoveryEnded.active) recoveryEnded.publish(report);
          return report;
        }
      }
    }
    const tried = attempts.map(({ kind, attempt }) => `${kind} ${attempt}`).join(', ');
    throw resilienceErrors.create('RECOVERY_FAILED', {
      message: `${this.name} does not work after ${tried || 'no step was allowed to act'}: somebody has to look at it`,
      cause: failure,
      causes: attempts.map(({ error }) => error),
      origin: { component: this.name, elapsed: (clock.now() - startedAt) / 1_000 },
    });
  }

  /** Acts and checks. Returns what failed, undefined when the component works. */
  private async try(step: RecoveryStep, failure: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    try {
      await this.timeout.execute((attempt) => step.action(failure, attempt.signal), optional(signal));
      if (step.kind !== 'degrade') await this.probe(signal);
      return undefined;
    } catch (error) {
      throwIfAborted(signal, `the recovery of ${this.name}`);
      return error ?? new Error(`a step threw ${String(error)}`);
    }
  }
}

/** Makes a chain of recovery steps for one component. See {@link Recovery}. */
export function recovery(options: RecoveryOptions): Recovery {
  return new Recovery(options);
}

function optional(signal: AbortSignal | undefined): { signal: AbortSignal } | undefined {
  return signal === undefined ? undefined : { signal };
}
