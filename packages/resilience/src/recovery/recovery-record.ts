import { defineEvent, type EventType, type HoldfastError, type World } from '@holdfast/core';
import { resilienceErrors } from '../errors.ts';
import type { RecoveryStrategy } from './recovery-chain.ts';

/** One attempt to bring a component back. */
export interface RecoveryAttemptEvent {
  readonly component: string;
  readonly strategy: RecoveryStrategy;
  readonly attempt: number;
  /** Milliseconds that it waited before. */
  readonly delay: number;
  readonly works: boolean;
  /** Why it does not work. */
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

/** What one recovery has seen. */
export class RecoveryRecord {
  /** What `stop` threw in this attempt. */
  stopError: unknown = undefined;
  private attempts = 0;
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

  /** One more attempt begins. */
  begin(): void {
    this.attempts++;
    this.stopError = undefined;
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
