import { diag } from '@opentelemetry/api';
import { alwaysOff, alwaysOn } from './constant.ts';
import { parentBased } from './parent-based.ts';
import type { Sampler } from './sampler.ts';
import { traceRatio } from './trace-ratio.ts';

/**
 * What `OTEL_TRACES_SAMPLER` and its argument name; undefined where they say nothing. What is no sampler is told to `diag`
 * and passed over, as OpenTelemetry asks.
 */
export function samplerFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Sampler | undefined {
  const name = environment['OTEL_TRACES_SAMPLER']?.trim().toLowerCase() ?? '';
  const ratio = ratioOf(environment['OTEL_TRACES_SAMPLER_ARG']);
  switch (name) {
    case '':
      return undefined;
    case 'always_on':
      return alwaysOn;
    case 'always_off':
      return alwaysOff;
    case 'traceidratio':
      return traceRatio(ratio);
    case 'parentbased_always_on':
      return parentBased(alwaysOn);
    case 'parentbased_always_off':
      return parentBased(alwaysOff);
    case 'parentbased_traceidratio':
      return parentBased(traceRatio(ratio));
    default:
      diag.warn(`OTEL_TRACES_SAMPLER is ${name}, which is no sampler that is known here: it is passed over`);
      return undefined;
  }
}

/** 1 where there is none. */
function ratioOf(text: string | undefined): number {
  if (text === undefined || text.trim() === '') return 1;
  const ratio = Number(text);
  if (ratio >= 0 && ratio <= 1) return ratio;
  diag.warn(`OTEL_TRACES_SAMPLER_ARG is ${text}, but must be a number from 0 to 1: it counts as 1`);
  return 1;
}
