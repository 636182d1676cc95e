import { componentRegistry } from '@holdfast/core';
import type { Pipeline } from '@holdfast/resilience';
import type { AdminPolicy } from './admin-api.ts';

type AnyPolicy = Pipeline['policies'][number];

const pipelines = componentRegistry<Pipeline<string, unknown>>('holdfast.pipelines');

const policiesMax = 2_000;

const kinds: Readonly<Record<string, AdminPolicy['kind']>> = {
  'adaptive-timeout': 'timeout',
  bulkhead: 'bulkhead',
  'circuit-breaker': 'breaker',
  'concurrency-limit': 'concurrency',
  'distributed-rate-limiter': 'rate-limiter',
  fallback: 'fallback',
  hedge: 'hedge',
  'keyed-rate-limiter': 'rate-limiter',
  'rate-limiter': 'rate-limiter',
  retry: 'retry',
  'stale-cache': 'fallback',
  timeout: 'timeout',
};

export function hasPolicies(): boolean {
  return pipelines.list().length > 0;
}

/** The policies of all pipelines of this process, 2,000 at most. */
export function describePolicies(): AdminPolicy[] {
  return pipelines
    .list()
    .flatMap(({ name, policies }) => policies.map((policy, position) => describe(name, policy, position)))
    .slice(0, policiesMax);
}

function describe(pipeline: string, policy: AnyPolicy, position: number): AdminPolicy {
  const { kind, name } = policy;
  const place = { pipeline, position, kind: kinds[kind] ?? 'other', name };
  try {
    const { state, alarming, figures } = policy.condition();
    const finite = Object.entries(figures).filter(([, value]) => Number.isFinite(value));
    return { ...place, state, alarming, figures: Object.fromEntries(finite) };
  } catch {
    // A function of the user's may be asked, such as the load of a shedder.
    return { ...place, state: undefined, alarming: false, figures: {} };
  }
}
