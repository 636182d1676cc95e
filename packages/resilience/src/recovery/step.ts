import { type Duration, toPositiveMicros } from '@holdfast/core';
import { wholeNumber } from '../options.ts';
import { type Backoff, constant } from '../retry/backoff.ts';

/** The ways to bring a component back, from the gentlest to the last. */
export type RecoveryKind = 'retry' | 'reconnect' | 'restart' | 'degrade' | 'escalate';

/** What a step does about `failure`. Its signal aborts when recovery is given up. */
export type RecoveryAction = (failure: unknown, signal: AbortSignal) => void | PromiseLike<void>;

export interface RecoveryStepOptions {
  /** How often it is tried before the next step's turn. Default 1. */
  readonly attempts?: number;
  /** How long to wait before each try. Default: not at all. */
  readonly backoff?: Backoff;
  /**
   * The most tries within a time, over all recoveries (the restart intensity of Erlang/OTP supervisors): beyond it
   * the step is skipped. Default: no such limit.
   */
  readonly intensity?: { readonly max: number; readonly within: Duration };
}

/** One link of a recovery chain. Made by {@link retryCheck}, {@link reconnect} and their like. */
export class RecoveryStep {
  readonly kind: RecoveryKind;
  readonly action: RecoveryAction;
  readonly attempts: number;
  readonly backoff: Backoff;
  private readonly max: number;
  private readonly within: number;
  /** When it was tried, the last `max` times. */
  private readonly triedAt: number[] = [];

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(kind: RecoveryKind, action: RecoveryAction, options: RecoveryStepOptions = {}) {
    this.kind = kind;
    this.action = action;
    this.attempts = wholeNumber(options.attempts ?? 1, 'attempts', 1, 1_000);
    this.backoff = options.backoff ?? constant(0);
    const { intensity } = options;
    this.max = intensity === undefined ? 0 : wholeNumber(intensity.max, 'intensity.max', 1, 1_000);
    this.within = intensity === undefined ? 0 : toPositiveMicros(intensity.within, 'intensity.within');
  }

  /** Notes a try at `now`; false when there have been too many of late. */
  mayTry(now: number): boolean {
    if (this.max === 0) return true;
    if (this.triedAt.length === this.max) {
      if (now - this.triedAt[0]! < this.within) return false;
      this.triedAt.shift();
    }
    this.triedAt.push(now);
    return true;
  }
}

/** Only checks again: for trouble that passes by itself. */
export function retryCheck(options?: RecoveryStepOptions): RecoveryStep {
  return new RecoveryStep('retry', () => {}, options);
}

/** Makes new connections, of a component that itself still runs. */
export function reconnect(action: RecoveryAction, options?: RecoveryStepOptions): RecoveryStep {
  return new RecoveryStep('reconnect', action, options);
}

/** Starts the component anew. */
export function restart(action: RecoveryAction, options?: RecoveryStepOptions): RecoveryStep {
  return new RecoveryStep('restart', action, options);
}

/** Goes on without the component, such as by switching features off. Ends the chain: the component stays down. */
export function degrade(action: RecoveryAction): RecoveryStep {
  return new RecoveryStep('degrade', action);
}

/** Tells somebody who can do more: a parent supervisor, an operator. */
export function escalate(action: RecoveryAction): RecoveryStep {
  return new RecoveryStep('escalate', action);
}
