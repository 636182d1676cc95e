import type { PolicyDescription } from '../pipeline/policy-description.ts';
import type { Finding, FindingCode, FindingSeverity } from './finding.ts';

/** A pair of kinds that hardly anybody wants in this order. */
interface OrderRule {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  readonly outer: readonly string[];
  readonly inner: readonly string[];
  message(outer: PolicyDescription, inner: PolicyDescription): string;
}

const permits = ['bulkhead', 'concurrency-limit'];
const rates = ['rate-limiter', 'keyed-rate-limiter', 'distributed-rate-limiter'];
const substitutes = ['fallback', 'stale-cache'];

const rules: readonly OrderRule[] = [
  {
    code: 'RETRIES_MULTIPLY',
    severity: 'warning',
    outer: ['retry'],
    inner: ['retry'],
    message: (outer, inner) =>
      `${outer.name} leaves alone an error that ${inner.name} has given up on, but runs it again after anything else, such as a timeout between them or an answer judged a failure: up to ${outer.attemptsMax * inner.attemptsMax} attempts of one call. Retry in one place.`,
  },
  {
    code: 'HEDGE_AROUND_RETRY',
    severity: 'warning',
    outer: ['hedge'],
    inner: ['retry'],
    message: (outer, inner) =>
      `Each of the ${outer.attemptsMax} attempts that ${outer.name} runs side by side is retried on its own by ${inner.name}, up to ${outer.attemptsMax * inner.attemptsMax} attempts: put ${inner.name} outside of ${outer.name}.`,
  },
  {
    code: 'HEDGE_SHARES_ITS_RUN',
    severity: 'error',
    outer: ['hedge'],
    inner: ['coalesce'],
    message: (outer, inner) =>
      `The attempts of ${outer.name} have the same key, so ${inner.name} makes them share one run and no second one starts: put ${inner.name} outside of ${outer.name}.`,
  },
  {
    code: 'COALESCE_INSIDE_RETRY',
    severity: 'warning',
    outer: ['retry'],
    inner: ['coalesce'],
    message: (outer, inner) =>
      `When a run that calls share fails, ${outer.name} tries again for each of them, after waits that differ, so ${inner.name} no longer joins them: put ${inner.name} outside of ${outer.name}.`,
  },
  {
    code: 'BREAKER_OUTSIDE_RETRY',
    severity: 'notice',
    outer: ['circuit-breaker'],
    inner: ['retry'],
    message: (outer, inner) =>
      `${outer.name} sees only how ${inner.name} ends, so it opens up to ${inner.attemptsMax} times later, and retries go on against a dead service meanwhile: put it inside of ${inner.name}, unless it is to count whole calls.`,
  },
  {
    code: 'FALLBACK_HIDES_FAILURES',
    severity: 'warning',
    outer: ['retry', 'hedge'],
    inner: substitutes,
    message: (outer, inner) =>
      `${outer.name} takes what ${inner.name} answers for a success and does not try again: put ${inner.name} outside of ${outer.name}.`,
  },
  {
    code: 'FALLBACK_HIDES_FAILURES',
    severity: 'warning',
    outer: ['circuit-breaker', 'throttle', 'concurrency-limit'],
    inner: substitutes,
    message: (outer, inner) =>
      `${outer.name} counts what ${inner.name} answers as a success and so does not learn of failures: put ${inner.name} outside of ${outer.name}.`,
  },
  {
    code: 'PERMIT_HELD_WHILE_WAITING',
    severity: 'warning',
    outer: permits,
    inner: ['retry'],
    message: (outer, inner) =>
      `A call keeps its place in ${outer.name} while ${inner.name} waits before the next attempt, so waiting calls crowd out working ones: put ${outer.name} inside of ${inner.name}.`,
  },
  {
    code: 'RETRIES_NOT_COUNTED',
    severity: 'warning',
    outer: rates,
    inner: ['retry', 'hedge'],
    message: (outer, inner) =>
      `${outer.name} counts calls, and ${inner.name} makes up to ${inner.attemptsMax} requests of each, so more go out than it allows: put ${outer.name} inside of ${inner.name}.`,
  },
];

/** What the order of the layers, the outermost first, does. A layer that never runs twice counts as no retry. */
export function orderFindings(layers: readonly PolicyDescription[]): Finding[] {
  return layers.flatMap((outer, index) =>
    layers.slice(index + 1).flatMap((inner) => rules.flatMap((rule) => apply(rule, outer, inner))),
  );
}

function apply(rule: OrderRule, outer: PolicyDescription, inner: PolicyDescription): Finding[] {
  if (!matches(rule.outer, outer) || !matches(rule.inner, inner)) return [];
  const { code, severity } = rule;
  return [{ code, severity, policies: [outer.name, inner.name], message: rule.message(outer, inner) }];
}

function matches(kinds: readonly string[], { kind, attemptsMax }: PolicyDescription): boolean {
  const repeats = kind === 'retry' || kind === 'hedge';
  return kinds.includes(kind) && !(repeats && attemptsMax === 1);
}
