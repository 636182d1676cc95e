import { componentRegistry, defineEvent, type Unsubscribe } from '@holdfast/core';
import type {
  BreakerTransitionEvent,
  DegradedEvent,
  HedgeEvent,
  LimiterStoreEvent,
  Pipeline,
  RetryEvent,
} from '@holdfast/resilience';
import type { ConfigurationReloadedEvent } from '@holdfast/resilience/configuration';
import type { WorkerEndedEvent } from '@holdfast/resilience/isolation';
import { errorType } from '../red/error-type.ts';
import type { Teller } from './teller.ts';

const pipelines = componentRegistry<Pipeline<string, unknown>>('holdfast.pipelines');

/** Tells what policies decide, and how they are. */
export function observePolicies(teller: Teller): Unsubscribe[] {
  observeConditions(teller);
  return [
    observeBreakers(teller),
    observeRetries(teller),
    observeHedges(teller),
    observeDegradation(teller),
    observeLimiterStores(teller),
    observeWorkers(teller),
    observeReloads(teller),
  ];
}

function observeConditions({ registry }: Teller): void {
  const labels = ['holdfast.pipeline.name', 'holdfast.policy.name', 'holdfast.policy.kind'] as const;
  const policies = () =>
    pipelines.list().flatMap(({ name, policies: layers }) =>
      layers.map((policy) => ({
        policy,
        labels: {
          'holdfast.pipeline.name': name,
          'holdfast.policy.name': policy.name,
          'holdfast.policy.kind': policy.kind,
        },
      })),
    );
  registry.observe(
    'holdfast.policy.alarming',
    { kind: 'gauge', help: 'Policies that turn calls away or degrade them now.', unit: '{policy}', labels },
    () => policies().map(({ policy, labels }) => ({ labels, value: Number(policy.condition().alarming) })),
  );
  registry.observe(
    'holdfast.policy.figure',
    {
      kind: 'gauge',
      help: 'What a policy counts and is limited by, in its own words.',
      labels: [...labels, 'holdfast.policy.figure'],
      seriesMax: 5_000,
    },
    () =>
      policies().flatMap(({ policy, labels }) =>
        Object.entries(policy.condition().figures)
          .filter(([, value]) => Number.isFinite(value))
          .map(([figure, value]) => ({ labels: { ...labels, 'holdfast.policy.figure': figure }, value })),
      ),
  );
}

function observeBreakers(teller: Teller): Unsubscribe {
  const transitions = teller.registry.counter('holdfast.breaker.transitions', {
    help: 'Changes of state of circuit breakers.',
    unit: '{transition}',
    labels: ['holdfast.policy.name', 'holdfast.breaker.state'],
  });
  return defineEvent<BreakerTransitionEvent>('holdfast.breaker.transition').subscribe(
    ({ breaker, from, to, reason, calls, failureUnits, slowCalls }) => {
      transitions.with({ 'holdfast.policy.name': breaker, 'holdfast.breaker.state': to }).add();
      const facts = {
        'holdfast.policy.name': breaker,
        'holdfast.breaker.state': to,
        'holdfast.breaker.state.previous': from,
        'holdfast.breaker.reason': reason,
      };
      teller.spanEvent('holdfast.breaker.transition', facts);
      teller.log(to === 'open' ? 'warn' : 'info', `breaker ${breaker} is ${to}: ${reason}`, {
        ...facts,
        'holdfast.breaker.calls': calls,
        'holdfast.breaker.failures': failureUnits / unitsPerFailure,
        'holdfast.breaker.slow_calls': slowCalls,
      });
    },
  );
}

/** As breakers weigh failures. */
const unitsPerFailure = 10_000;

function observeRetries(teller: Teller): Unsubscribe {
  const decisions = teller.registry.counter('holdfast.retry.decisions', {
    help: 'Failed attempts, by whether they were retried or why not.',
    unit: '{attempt}',
    labels: ['holdfast.policy.name', 'holdfast.retry.decision'],
  });
  return defineEvent<RetryEvent>('holdfast.retry.decided').subscribe(
    ({ retry, attempt, error, delay, stopped }) => {
      const decision = stopped ?? 'retried';
      decisions.with({ 'holdfast.policy.name': retry, 'holdfast.retry.decision': decision }).add();
      teller.spanEvent('holdfast.retry.decided', {
        'holdfast.policy.name': retry,
        'holdfast.retry.decision': decision,
        'holdfast.retry.attempt': attempt,
        'error.type': errorType(error),
        ...(delay !== undefined && { 'holdfast.retry.delay': delay / 1_000 }),
      });
      teller.error(error);
    },
  );
}

function observeHedges(teller: Teller): Unsubscribe {
  const attempts = teller.registry.counter('holdfast.hedge.attempts', {
    help: 'Attempts that were started beside slow ones.',
    unit: '{attempt}',
    labels: ['holdfast.policy.name'],
  });
  return defineEvent<HedgeEvent>('holdfast.hedge.started').subscribe(({ hedge, attempt }) => {
    attempts.with({ 'holdfast.policy.name': hedge }).add();
    teller.spanEvent('holdfast.hedge.started', {
      'holdfast.policy.name': hedge,
      'holdfast.hedge.attempt': attempt,
    });
  });
}

function observeDegradation(teller: Teller): Unsubscribe {
  const calls = teller.registry.counter('holdfast.degraded.calls', {
    help: "Calls that were answered with something else than the operation's own, fresh value.",
    unit: '{call}',
    labels: ['holdfast.policy.name', 'holdfast.policy.kind'],
  });
  return defineEvent<DegradedEvent>('holdfast.degraded').subscribe(({ policy, kind, error }) => {
    const facts = { 'holdfast.policy.name': policy, 'holdfast.policy.kind': kind };
    calls.with(facts).add();
    teller.spanEvent('holdfast.degraded', {
      ...facts,
      ...(error !== undefined && { 'error.type': errorType(error) }),
    });
    teller.error(error);
  });
}

function observeLimiterStores(teller: Teller): Unsubscribe {
  const failures = teller.registry.counter('holdfast.rate_limiter.store.failures', {
    help: 'How often a store that limiters share stopped answering.',
    unit: '{failure}',
    labels: ['holdfast.policy.name'],
  });
  return defineEvent<LimiterStoreEvent>('holdfast.rate-limiter.store-changed').subscribe(
    ({ limiter, partition, working, error }) => {
      const facts = { 'holdfast.policy.name': limiter, 'holdfast.rate_limiter.partition': partition };
      if (working) {
        teller.log('info', `the store of ${limiter} answers again`, facts);
        return;
      }
      failures.with({ 'holdfast.policy.name': limiter }).add();
      const failure = { ...facts, 'error.type': errorType(error) };
      teller.spanEvent('holdfast.rate-limiter.store-changed', failure);
      teller.log('warn', `the store of ${limiter} does not answer`, failure);
      teller.error(error);
    },
  );
}

function observeWorkers(teller: Teller): Unsubscribe {
  const ended = teller.registry.counter('holdfast.isolation.workers.ended', {
    help: 'Workers of isolated bulkheads that have ended, by why.',
    unit: '{worker}',
    labels: ['holdfast.policy.name', 'holdfast.isolation.reason'],
  });
  return defineEvent<WorkerEndedEvent>('holdfast.isolation.worker-ended').subscribe(
    ({ bulkhead, worker, reason }) => {
      const facts = { 'holdfast.policy.name': bulkhead, 'holdfast.isolation.reason': reason };
      ended.with(facts).add();
      teller.spanEvent('holdfast.isolation.worker-ended', facts);
      if (reason === 'crashed') {
        teller.log('error', `a worker of ${bulkhead} has crashed`, {
          ...facts,
          'holdfast.isolation.worker': worker,
        });
      }
    },
  );
}

function observeReloads(teller: Teller): Unsubscribe {
  const reloads = teller.registry.counter('holdfast.configuration.reloads', {
    help: 'How often a pipeline got a new configuration while it ran.',
    unit: '{reload}',
    labels: ['holdfast.pipeline.name'],
  });
  return defineEvent<ConfigurationReloadedEvent>('holdfast.configuration.reloaded').subscribe(
    ({ pipeline, changes }) => {
      reloads.with({ 'holdfast.pipeline.name': pipeline }).add();
      const what = changes.map(({ change, name }) => `${name} ${change}`).join(', ') || 'nothing changed';
      teller.log('info', `pipeline ${pipeline} was reloaded: ${what}`, {
        'holdfast.pipeline.name': pipeline,
      });
    },
  );
}
