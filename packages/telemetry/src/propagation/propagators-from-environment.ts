import { diag } from '@opentelemetry/api';
import { isPropagatorName, type PropagatorName } from './propagators.ts';

const usual: readonly PropagatorName[] = ['tracecontext', 'baggage'];

/** What `OTEL_PROPAGATORS` names, and by default W3C's two. Names that are not known are told to `diag`. */
export function propagatorsFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): readonly PropagatorName[] {
  const names = (environment['OTEL_PROPAGATORS'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  if (names.length === 0) return usual;
  const known = new Set<PropagatorName>();
  for (const name of names) {
    if (isPropagatorName(name)) known.add(name);
    else if (name !== 'none') diag.warn(`OTEL_PROPAGATORS names ${name}, which is not known here`);
  }
  return [...known];
}
