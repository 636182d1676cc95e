import { type Duration, invalidArgument, toPositiveMicros } from '@holdfast/core';
import { oneOf, wholeNumber } from '../options.ts';
import { type Backoff, constant, exponential } from '../retry/backoff.ts';
import { type Component, strategiesOf } from './component.ts';
import type { RecoveryStep, RecoveryStrategy } from './recovery-chain.ts';
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

/** The chain that `strategies` describe, checked against what `component` can do. */
export function stepsOf(
  component: Component,
  strategies: readonly RecoveryStepOptions[] | undefined,
): RecoveryStep[] {
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
