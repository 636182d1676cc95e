import { invalidArgument } from '@holdfast/core';
import type { TextMapPropagator } from '@opentelemetry/api';
import { b3Propagator } from './b3.ts';
import { baggagePropagator } from './baggage.ts';
import { traceContextPropagator } from './trace-context.ts';

/** What is propagated from process to process, and how, as `OTEL_PROPAGATORS` names it. */
export type PropagatorName = 'tracecontext' | 'baggage' | 'b3' | 'b3multi';

const byName: Readonly<Record<PropagatorName, TextMapPropagator<unknown>>> = {
  tracecontext: traceContextPropagator,
  baggage: baggagePropagator,
  b3: b3Propagator('single'),
  b3multi: b3Propagator('multi'),
};

/**
 * All of `names` in one: each writes, and each reads, later ones over what earlier ones found.
 *
 * @throws HoldfastError INVALID_ARGUMENT
 */
export function propagators(names: readonly PropagatorName[]): TextMapPropagator<unknown> {
  const all = names.map((name, index) => {
    if (!isPropagatorName(name)) {
      throw invalidArgument(`propagators[${index}]`, name, `one of ${Object.keys(byName).join(', ')}`);
    }
    return byName[name];
  });
  return {
    inject: (context, carrier, setter) => {
      for (const one of all) one.inject(context, carrier, setter);
    },
    extract: (context, carrier, getter) =>
      all.reduce((extracted, one) => one.extract(extracted, carrier, getter), context),
    fields: () => [...new Set(all.flatMap((one) => one.fields()))],
  };
}

export function isPropagatorName(name: string): name is PropagatorName {
  return Object.hasOwn(byName, name);
}
