import { type Random, toMicros } from '@holdfast/core';
import type { Latency } from './profile.ts';

/**
 * An exponential variate of mean 1 by comparisons alone (von Neumann, "Various Techniques Used in Connection with
 * Random Digits", 1951): runs of falling uniforms; an odd length accepts the first, an even one adds 1.
 */
export function drawExponential(random: Random): number {
  for (let whole = 0; ; whole++) {
    const first = random.float();
    let last = first;
    let length = 1;
    for (;;) {
      const next = random.float();
      if (next >= last) break;
      last = next;
      length++;
    }
    if (length % 2 === 1) return whole + first;
  }
}

/** One draw, whole microseconds, at least 1. */
export function drawLatency(latency: Latency, random: Random): number {
  return Math.max(1, Math.round(draw(latency, random)));
}

/** The mean of `latency`, microseconds. */
export function meanOf(latency: Latency): number {
  switch (latency.kind) {
    case 'constant':
      return toMicros(latency.value);
    case 'exponential':
      return toMicros(latency.mean);
    case 'bimodal':
      return toMicros(latency.fast) * (1 - latency.slowShare) + toMicros(latency.slow) * latency.slowShare;
    case 'heavy-tail': {
      const [min, max] = [toMicros(latency.min), toMicros(latency.max)];
      return (2 * min) / (1 + min / max);
    }
  }
}

function draw(latency: Latency, random: Random): number {
  switch (latency.kind) {
    case 'constant':
      return toMicros(latency.value);
    case 'exponential':
      return toMicros(latency.mean) * drawExponential(random);
    case 'bimodal': {
      const centre = toMicros(random.float() < latency.slowShare ? latency.slow : latency.fast);
      return centre * (0.9 + 0.2 * random.float());
    }
    case 'heavy-tail': {
      const [min, max] = [toMicros(latency.min), toMicros(latency.max)];
      const ratio = min / max;
      return min / Math.sqrt(1 - random.float() * (1 - ratio * ratio));
    }
  }
}
