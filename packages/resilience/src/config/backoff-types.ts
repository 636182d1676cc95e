import {
  type Backoff,
  constant,
  decorrelated,
  delays,
  exponential,
  fibonacci,
  linear,
} from '../retry/backoff.ts';
import type { BackoffConfiguration } from './configuration.ts';
import { choice, duration, type Fields, number, positiveDuration, required, type Variants } from './shape.ts';

const jitter = choice('none', 'full', 'equal');
const growing = { initial: positiveDuration, max: positiveDuration };

const fields: { readonly [Type in BackoffConfiguration['type']]: Fields } = {
  constant: { delay: required(duration), jitter },
  linear: { ...growing, jitter, step: duration },
  exponential: { ...growing, jitter, factor: number(1.01, 100) },
  fibonacci: { ...growing, jitter },
  decorrelated: growing,
  delays: { list: required({ is: 'list', of: duration, min: 1 }), jitter },
};

/** The fields of each type of backoff. */
export const backoffVariants: Variants = fields;

/** @throws HoldfastError INVALID_ARGUMENT when fields do not fit each other. */
export function backoffOf(configuration: BackoffConfiguration): Backoff {
  switch (configuration.type) {
    case 'constant':
      return constant(configuration.delay, configuration);
    case 'linear':
      return linear(configuration);
    case 'exponential':
      return exponential(configuration);
    case 'fibonacci':
      return fibonacci(configuration);
    case 'decorrelated':
      return decorrelated(configuration);
    case 'delays':
      return delays(configuration.list, configuration);
  }
}
