// Goal: what components tell becomes metrics, span events, logs and counted errors, under the documented names. Method:
// real components where they are quick to bring to it, and published events for the rest.
import { coreErrors, defineEvent, ErrorMonitor, observeOperations } from '@holdfast/core';
import { circuitBreaker, constant, fallback, Pipeline, pipeline, retry } from '@holdfast/resilience';
import { memoryEngine, openLedger, saga, terminal } from '@holdfast/transactions';
import { context, type Tracer } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AsyncContextManager } from '../context/async-context-manager.ts';
import { writeExposition } from '../exposition/write-exposition.ts';
import type { LogRecord } from '../logs/log-record.ts';
import { LoggerProvider } from '../logs/logger-provider.ts';
import { StructuredLogger } from '../logs/structured-logger.ts';
import { MetricRegistry } from '../metrics/metric-registry.ts';
import { operationSpans } from '../trace/operation-spans.ts';
import type { SpanRecord } from '../trace/span-record.ts';
import { TracerProvider } from '../trace/tracer-provider.ts';
import { type ComponentInstruments, observeComponents } from './observe-components.ts';
import { runTraces } from './run-traces.ts';

let registry: MetricRegistry;
let instruments: ComponentInstruments;
let logs: LogRecord[];
let spans: SpanRecord[];
let tracer: Tracer;
let contexts: AsyncContextManager;

beforeEach(() => {
  contexts = new AsyncContextManager();
  context.setGlobalContextManager(contexts);
  [logs, spans] = [[], []];
  registry = new MetricRegistry();
  const loggers = new LoggerProvider({ sink: { addLog: (log) => logs.push(log) } });
  tracer = new TracerProvider({ sink: { addSpan: (span) => spans.push(span) } }).getTracer('test');
  instruments = observeComponents({ registry, logger: new StructuredLogger(loggers.getLogger('holdfast')) });
});

afterEach(() => {
  instruments.stop();
  context.disable();
});

/** Lines of the exposition that begin so. */
function metric(start: string): string[] {
  return writeExposition(registry)
    .split('\n')
    .filter((line) => line.startsWith(start));
}

async function inSpan(work: () => Promise<unknown>): Promise<SpanRecord> {
  await tracer.startActiveSpan('request', async (span) => {
    await work();
    span.end();
  });
  return spans.at(-1)!;
}

describe('a call that fails until its breaker opens', () => {
  const failing = () => {
    throw coreErrors.create('UNEXPECTED', { message: 'the till is empty', retryable: 'safe' });
  };

  test('is told as decisions, a transition and a substitute', async () => {
    const calls = pipeline(
      fallback(() => 'later'),
      retry({ name: 'again', maxAttempts: 2, backoff: constant(0) }),
      circuitBreaker({ name: 'till', consecutiveFailures: 2 }),
    );
    const { events } = await inSpan(() => calls.execute(failing));
    expect(metric('holdfast_retry_decisions_total')).toEqual([
      expect.stringMatching(/policy_name="again".*decision="retried".* 1$/),
      expect.stringMatching(/policy_name="again".*decision="attempts".* 1$/),
    ]);
    // Other tests of this process have breakers as well.
    expect(metric('holdfast_breaker_transitions_total').filter((line) => line.includes('"till"'))).toEqual([
      expect.stringMatching(/"open".* 1$/),
    ]);
    expect(metric('holdfast_degraded_calls_total')).toEqual([expect.stringMatching(/"fallback".* 1$/)]);
    expect(metric('holdfast_policy_alarming').filter((line) => line.includes('"till"'))).toEqual([
      expect.stringMatching(/ 1$/),
    ]);
    expect(metric('holdfast_policy_figure').filter((line) => /"till".*"failures"/.test(line))).toEqual([
      expect.stringMatching(/ 2$/),
    ]);
    expect(events.map(({ name }) => name)).toEqual([
      'holdfast.retry.decided',
      'holdfast.breaker.transition',
      'holdfast.retry.decided',
      'holdfast.degraded',
    ]);
    expect(events[1]!.attributes).toEqual({
      'holdfast.policy.name': 'till',
      'holdfast.breaker.state': 'open',
      'holdfast.breaker.state.previous': 'closed',
      'holdfast.breaker.reason': 'consecutive-failures',
    });
    expect(logs).toMatchObject([
      { severityText: 'warn', body: 'breaker till is open: consecutive-failures' },
    ]);
    // One for each attempt: the fallback was told of the second one as well.
    expect(instruments.errors.snapshot()).toMatchObject({ count: 2, groups: [{ name: 'UNEXPECTED' }] });
  });

  test('is told by the span of the pipeline, where operations are traced, also after a wait', async () => {
    const stop = observeOperations(operationSpans({ tracer, contexts }));
    const calls = new Pipeline(
      [fallback(() => 'later'), retry({ maxAttempts: 2, backoff: constant('1ms') }), circuitBreaker()],
      { name: 'pay' },
    );
    const failingLater = async () => {
      await null;
      failing();
    };
    await inSpan(() => calls.execute(failingLater));
    stop();
    const [pay, request] = spans;
    expect([pay!.name, request!.name]).toEqual(['pay', 'request']);
    expect(pay!.parentId).toBe(request!.context.spanId);
    expect(request!.events).toEqual([]);
    expect(pay!.events.map(({ name }) => name)).toEqual([
      'holdfast.retry.decided',
      'holdfast.retry.decided',
      'holdfast.degraded',
    ]);
  });

  test('tells nothing of what the error says but its kind', async () => {
    const { events } = await inSpan(() => retry({ maxAttempts: 1 }).tryExecute(failing));
    expect(JSON.stringify([events, metric('holdfast')])).not.toContain('till is empty');
    expect(events[0]!.attributes['error.type']).toBe('UNEXPECTED');
  });
});

test('a saga tells its steps, its end and its trace', async () => {
  const order = saga('order', { version: 1 })
    .step('reserve', { do: () => 1, undo: () => {} })
    .pivot('charge', {
      do: () => {
        throw terminal('declined');
      },
    });
  const ledger = await openLedger({ engine: memoryEngine(), definitions: [order] });
  const { context: spanContext } = await inSpan(async () => {
    const run = await ledger.start(order, undefined, { id: 'o1' });
    await run.result;
  });
  expect(metric('holdfast_ledger_runs_started_total')).toEqual([expect.stringMatching(/"saga\/order".* 1$/)]);
  expect(metric('holdfast_saga_duration_seconds_count')).toEqual([
    expect.stringMatching(/saga_name="order".*status="rolled-back".* 1$/),
  ]);
  expect(metric('holdfast_saga_step_duration_seconds_count')).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/step="charge".*error_type="STEP_REFUSED".* 1$/),
      expect.stringMatching(/step="reserve",.*compensation="true".* 1$/),
    ]),
  );
  expect(runTraces.of('saga/order', 'o1')).toBe(spanContext.traceId);
  expect(instruments.errors.snapshot().groups).toMatchObject([{ name: 'STEP_REFUSED' }]);
  await ledger.close();
});

const error = coreErrors.create('UNEXPECTED', { message: 'no' });

test.each([
  ['holdfast.hedge.started', { hedge: 'h', attempt: 2 }, 'holdfast_hedge_attempts_total'],
  [
    'holdfast.rate-limiter.store-changed',
    { limiter: 'l', partition: 0, working: false, error },
    'holdfast_rate_limiter_store_failures_total',
  ],
  [
    'holdfast.isolation.worker-ended',
    { bulkhead: 'b', worker: 1, reason: 'crashed', how: 'by SIGKILL', restartDelay: 0 },
    'holdfast_isolation_workers_ended_total',
  ],
  [
    'holdfast.recovery.attempted',
    { component: 'c', strategy: 'restart', attempt: 1, delay: 0, works: true },
    'holdfast_recovery_attempts_total',
  ],
  [
    'holdfast.recovery.ended',
    { component: 'c', outcome: 'failed', strategy: undefined, attempts: 3, duration: 5, failure: error },
    'holdfast_recovery_duration_seconds_count',
  ],
  [
    'holdfast.configuration.reloaded',
    { pipeline: 'p', policies: ['r'], changes: [{ type: 'retry', name: 'r', change: 'replaced' }] },
    'holdfast_configuration_reloads_total',
  ],
  [
    'holdfast.ledger.run-recovered',
    { id: 'r', type: 't', version: 1 },
    'holdfast_ledger_runs_recovered_total',
  ],
  [
    'holdfast.ledger.run-stuck',
    { id: 'r', type: 't', version: 1, note: 'why' },
    'holdfast_ledger_runs_stuck_total',
  ],
  ['holdfast.ledger.lost', { epoch: 1, error }, 'holdfast_ledger_lost_total'],
  ['holdfast.saga.stuck', { saga: 's', run: 'r', step: 'a', reason: 'why' }, 'holdfast_saga_stuck_total'],
  [
    'holdfast.cluster.leader-changed',
    { member: 'm', leader: 'm', term: 1 },
    'holdfast_cluster_leader_changes_total',
  ],
  [
    'holdfast.cluster.membership-changed',
    { member: 'm', change: 'added', id: 'n', learner: false },
    'holdfast_cluster_membership_changes_total',
  ],
  [
    'holdfast.cluster.disk-synced',
    { node: 'n', path: 'p', micros: 10 },
    'holdfast_cluster_disk_sync_duration_seconds_count',
  ],
  [
    'holdfast.cluster.snapshot-installed',
    { member: 'm', index: 1, bytes: 1 },
    'holdfast_cluster_snapshots_installed_total',
  ],
  [
    'holdfast.cluster.snapshot-lost',
    { member: 'm', snapshot: 's', error },
    'holdfast_cluster_snapshots_lost_total',
  ],
  [
    'holdfast.cluster.peer-misbehaved',
    { member: 'm', peer: 'p', error },
    'holdfast_cluster_peers_refused_total',
  ],
  [
    'holdfast.cluster.peer-not-trusted',
    { member: 'm', peer: 'p', error },
    'holdfast_cluster_peers_refused_total',
  ],
  [
    'holdfast.cluster.request-refused',
    { member: 'm', what: 'read', error },
    'holdfast_cluster_requests_refused_total',
  ],
  [
    'holdfast.cluster.alarm-changed',
    { member: 'm', alarm: 'NOSPACE', change: 'raised', id: 'n' },
    'holdfast_cluster_alarm_changes_total',
  ],
  ['holdfast.cluster.read-only-changed', { member: 'm', readOnly: true }, 'holdfast_cluster_read_only'],
  [
    'holdfast.transport.handshake-refused',
    { remote: { host: 'h', port: 1 }, error },
    'holdfast_transport_handshakes_refused_total',
  ],
  ['holdfast.runtime.tls-files-refused', { files: ['f'], error }, 'holdfast_tls_files_refused_total'],
])('%s is counted', (name, event, counted) => {
  defineEvent<object>(name).publish(event);
  expect(metric(`${counted}`).filter((line) => / 1$/.test(line))).toHaveLength(1);
});

test('errors of operations are counted once, and in the monitor that was given', () => {
  instruments.stop();
  const errors = new ErrorMonitor();
  const given = observeComponents({ registry: new MetricRegistry(), errors });
  for (const operation of ['inner', 'outer']) given.operations.operationEnded(operation, 5, error);
  given.operations.operationEnded('fine', 5, undefined);
  expect(errors.snapshot().count).toBe(1);
  given.stop();
});

test('nothing is heard any more once it is stopped', () => {
  instruments.stop();
  const event = defineEvent<object>('holdfast.hedge.started');
  expect(event.active).toBe(false);
});
