import { type Duration, invalidArgument, type Random, toMicros, toPositiveMicros } from '@holdfast/core';
import { numberBetween, oneOf } from '../options.ts';

/** How long to wait before each retry. Pure: randomness comes in as an argument. */
export interface Backoff {
  /**
   * Microseconds to wait before retry number `retry`, counted from 1. `previous` is what it waited before the
   * retry before that, 0 for the first.
   */
  delay(retry: number, previous: number, random: Random): number;
  /** The longest delay it can give for `retry`. */
  delayMax(retry: number): number;
}

/** `full`: anything from nothing to the delay; `equal`: its second half; see Brooker, Exponential Backoff and Jitter. */
export type Jitter = 'none' | 'full' | 'equal';

export interface GrowingBackoffOptions {
  /** The delay before the first retry. Default 100 ms. */
  readonly initial?: Duration;
  /** The longest delay. Default 30 s. */
  readonly max?: Duration;
  /** Default `full`. */
  readonly jitter?: Jitter;
}

/** The same delay each time. `jitter` defaults to `none`. */
export function constant(delay: Duration, options: { readonly jitter?: Jitter } = {}): Backoff {
  const micros = toMicros(delay, 'delay');
  return new SteppedBackoff(() => micros, micros, options.jitter ?? 'none');
}

/** A delay that grows by `step`, which defaults to `initial`. */
export function linear(options: GrowingBackoffOptions & { readonly step?: Duration } = {}): Backoff {
  const { initial, max, jitter } = growing(options);
  const step = options.step === undefined ? initial : toMicros(options.step, 'step');
  return new SteppedBackoff((retry) => initial + step * (retry - 1), max, jitter);
}

/** A delay that is multiplied by `factor` (default 2) each time. */
export function exponential(options: GrowingBackoffOptions & { readonly factor?: number } = {}): Backoff {
  const { initial, max, jitter } = growing(options);
  const factor = numberBetween(options.factor ?? 2, 'factor', 1.01, 100);
  const delays = [initial];
  for (let next = initial * factor; next < max; next *= factor) delays.push(Math.round(next));
  return new SteppedBackoff((retry) => delays[retry - 1] ?? max, max, jitter);
}

/** Delays in the ratio of the Fibonacci numbers 1, 2, 3, 5, 8 ...: grows by about 1.6 each time. */
export function fibonacci(options: GrowingBackoffOptions = {}): Backoff {
  const { initial, max, jitter } = growing(options);
  const delays: number[] = [];
  for (let a = initial, b = initial * 2; a < max; [a, b] = [b, a + b]) delays.push(a);
  return new SteppedBackoff((retry) => delays[retry - 1] ?? max, max, jitter);
}

/** Exactly these delays; the last one repeats. */
export function delays(list: readonly Duration[], options: { readonly jitter?: Jitter } = {}): Backoff {
  if (list.length === 0) throw invalidArgument('list', list, 'at least one delay');
  const micros = list.map((delay, index) => toMicros(delay, `list[${index}]`));
  return new SteppedBackoff(
    (retry) => micros[Math.min(retry, micros.length) - 1]!,
    Math.max(...micros),
    options.jitter ?? 'none',
  );
}

/**
 * Decorrelated jitter (Brooker, Exponential Backoff and Jitter): anything from `initial` to three times the
 * delay before.
 */
export function decorrelated(options: Omit<GrowingBackoffOptions, 'jitter'> = {}): Backoff {
  const { initial, max } = growing(options);
  return {
    delay(_retry, previous, random) {
      const top = Math.min(max, Math.max(previous, initial) * 3);
      return initial + random.below(top - initial + 1);
    },
    delayMax(retry) {
      let top = initial;
      for (let left = retry; left > 0 && top < max; left--) top *= 3;
      return Math.min(top, max);
    },
  };
}

class SteppedBackoff implements Backoff {
  private readonly step: (retry: number) => number;
  private readonly max: number;
  private readonly jitter: Jitter;

  constructor(step: (retry: number) => number, max: number, jitter: Jitter) {
    this.step = step;
    this.max = max;
    this.jitter = oneOf(jitter, 'jitter', ['none', 'full', 'equal']);
  }

  delay(retry: number, _previous: number, random: Random): number {
    const whole = this.delayMax(retry);
    switch (this.jitter) {
      case 'none':
        return whole;
      case 'full':
        return random.below(whole + 1);
      case 'equal':
        return whole - random.below(Math.floor(whole / 2) + 1);
    }
  }

  delayMax(retry: number): number {
    return Math.min(this.step(retry), this.max);
  }
}

function growing(options: GrowingBackoffOptions): { initial: number; max: number; jitter: Jitter } {
  const initial = toPositiveMicros(options.initial ?? '100ms', 'initial');
  const max = toPositiveMicros(options.max ?? '30s', 'max');
  if (max < initial) throw invalidArgument('max', options.max, 'at least as long as initial');
  return { initial, max, jitter: options.jitter ?? 'full' };
}
