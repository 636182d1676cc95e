import type { Random } from '@holdfast/core';
import type { Backoff } from '../retry/backoff.ts';
import type { RestartIntensity } from './restart-intensity.ts';

/**
 * `retry`: check again, it may have been a moment's failure; `reconnect`: replace its connections; `restart`: stop
 * and start it; `degrade`: go on with less; `escalate`: ask somebody else.
 */
export type RecoveryStrategy = 'retry' | 'reconnect' | 'restart' | 'degrade' | 'escalate';

export interface RecoveryStep {
  readonly strategy: RecoveryStrategy;
  /** How often it is tried in one recovery. */
  readonly attempts: number;
  /** The wait before each attempt. */
  readonly backoff: Backoff;
  /** Bounds its attempts over all recoveries; beyond, the next strategy has its turn. */
  readonly intensity: RestartIntensity | undefined;
}

/** What to do next. */
export interface RecoveryMove {
  readonly strategy: RecoveryStrategy;
  /** Counts from 1 for each strategy. */
  readonly attempt: number;
  /** Microseconds to wait before. */
  readonly delay: number;
}

/** Which strategy is tried when, in one recovery after the other. Pure: time and randomness come in. */
export class RecoveryChain {
  private readonly steps: readonly RecoveryStep[];
  private at = 0;
  private attempt = 0;
  private delay = 0;

  constructor(steps: readonly RecoveryStep[]) {
    this.steps = steps;
  }

  /** A new recovery begins: from the first strategy. */
  begin(): void {
    this.goTo(0);
  }

  /** The next attempt; undefined when every strategy is exhausted. */
  next(now: number, random: Random): RecoveryMove | undefined {
    for (let step = this.steps[this.at]; step !== undefined; step = this.steps[this.at]) {
      if (this.attempt < step.attempts && (step.intensity === undefined || step.intensity.allow(now))) {
        this.attempt++;
        this.delay = step.backoff.delay(this.attempt, this.delay, random);
        return { strategy: step.strategy, attempt: this.attempt, delay: this.delay };
      }
      this.goTo(this.at + 1);
    }
    return undefined;
  }

  private goTo(step: number): void {
    this.at = step;
    this.attempt = 0;
    this.delay = 0;
  }
}
