import type { Node } from '@holdfast/cluster';
import type { MetricRegistry } from '@holdfast/telemetry';
import { unitOf } from './metric-unit.ts';

type Store = Node['store'];

/**
 * The metrics of the store, under etcd's names. Of those that etcd has under two names, since it took some out of its
 * `debugging` ones, both are there: dashboards use either. Numbers that etcd calls totals though they are none have no kind.
 */
export function observeStore(registry: MetricRegistry, node: () => Node | undefined): void {
  const read = (
    kind: 'counter' | 'gauge' | 'unknown',
    name: string,
    help: string,
    value: (store: Store) => number,
  ) =>
    registry.observe(name, { kind, help, ...unitOf(name) }, () => {
      const running = node();
      return running && value(running.store);
    });
  const gauge = read.bind(undefined, 'gauge');
  const counter = read.bind(undefined, 'counter');
  const total = read.bind(undefined, 'unknown');

  for (const group of ['mvcc', 'debugging_mvcc']) {
    counter(`etcd_${group}_put_total`, 'Puts that were done.', ({ operations }) => operations.puts);
    counter(
      `etcd_${group}_delete_total`,
      'Deletions that were done.',
      ({ operations }) => operations.deletes,
    );
    counter(`etcd_${group}_range_total`, 'Ranges that were read.', ({ operations }) => operations.ranges);
    counter(
      `etcd_${group}_txn_total`,
      'Transactions of several operations that were done.',
      ({ operations }) => operations.transactions,
    );
    gauge(
      `etcd_${group}_db_total_size_in_bytes`,
      'Memory that the store takes.',
      ({ bytesReserved }) => bytesReserved,
    );
  }
  gauge(
    'etcd_mvcc_db_total_size_in_use_in_bytes',
    'What of it is in use; counted against the quota.',
    ({ bytesInUse }) => bytesInUse,
  );
  gauge(
    'etcd_server_quota_backend_bytes',
    'Size of the store at which writes are refused.',
    ({ quota }) => quota,
  );
  total('etcd_debugging_mvcc_keys_total', 'Keys that there are.', ({ keyCount }) => keyCount);
  total('etcd_debugging_mvcc_watcher_total', 'Watches that there are.', ({ watcherCount }) => watcherCount);
  total(
    'etcd_debugging_mvcc_slow_watcher_total',
    'Watches that have not got all events yet.',
    ({ slowWatcherCount }) => slowWatcherCount,
  );
  counter(
    'etcd_debugging_mvcc_events_total',
    'Events that watches were sent.',
    ({ watchEventCount }) => watchEventCount,
  );
  gauge('etcd_debugging_mvcc_current_revision', 'The revision of the store.', ({ revision }) => revision);
  gauge(
    'etcd_debugging_mvcc_compact_revision',
    'Revisions before it are forgotten.',
    ({ compactedRevision }) => Math.max(0, compactedRevision),
  );
  gauge('holdfast_store_leases', 'Leases that there are.', ({ leases }) => leases.count);
  gauge(
    'holdfast_store_sessions',
    'Sessions of clients, which make their writes exactly-once.',
    ({ sessionCount }) => sessionCount,
  );
}
