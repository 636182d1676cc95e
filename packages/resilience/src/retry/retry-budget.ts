import { type Duration, platformWorld, toPositiveMicros, type World } from '@holdfast/core';
import { numberBetween, wholeNumber } from '../options.ts';
import type { Execution } from '../pipeline/execution.ts';

export interface RetryBudgetOptions {
  /** How many retries there may be for each first attempt. Default 0.2. */
  readonly ratio?: number;
  /** The length of the windows it counts in. Default 10 s. */
  readonly window?: Duration;
  /** Retries a window may have however few calls it sees. Default 10. */
  readonly minimum?: number;
  readonly world?: World;
}

/**
 * Bounds retries by the calls that cause them, so that they cannot multiply an overload: in every window (they
 * begin at multiples of its length), retries <= ratio * first attempts + minimum. Share one budget among all
 * that call the same dependency, hedges included. After Finagle's RetryBudget and the SRE book, Handling Overload.
 */
export class RetryBudget {
  private ratio: number;
  private length: number;
  private minimum: number;
  private readonly world: World;
  private window = -1;
  private firstAttempts = 0;
  private retries = 0;

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(options: RetryBudgetOptions = {}) {
    [this.ratio, this.length, this.minimum] = limitsOf(options);
    this.world = options.world ?? platformWorld();
  }

  /** Changes the limits while it runs; one left out has its default. @throws HoldfastError INVALID_ARGUMENT, changing nothing. */
  reconfigure(options: Omit<RetryBudgetOptions, 'world'>): void {
    [this.ratio, this.length, this.minimum] = limitsOf(options);
  }

  /** Counts the first attempt of a call, once, however many policies share this budget for it. */
  deposit(call: Execution): void {
    if (!call.isNewTo(this)) return;
    this.turn();
    this.firstAttempts++;
  }

  /** Takes one retry out of the budget; false when there is none left in this window. */
  withdraw(): boolean {
    if (this.remaining === 0) return false;
    this.retries++;
    return true;
  }

  /** How many retries are left in this window. */
  get remaining(): number {
    this.turn();
    return Math.max(0, Math.floor(this.minimum + this.ratio * this.firstAttempts) - this.retries);
  }

  private turn(): void {
    const window = Math.floor(this.world.clock.coarseNow() / this.length);
    if (window === this.window) return;
    this.window = window;
    this.firstAttempts = 0;
    this.retries = 0;
  }
}

/** Makes a retry budget. See {@link RetryBudget}. */
export function retryBudget(options?: RetryBudgetOptions): RetryBudget {
  return new RetryBudget(options);
}

function limitsOf(options: RetryBudgetOptions): [ratio: number, length: number, minimum: number] {
  return [
    numberBetween(options.ratio ?? 0.2, 'ratio', 0, 10),
    toPositiveMicros(options.window ?? '10s', 'window'),
    wholeNumber(options.minimum ?? 10, 'minimum', 0),
  ];
}
