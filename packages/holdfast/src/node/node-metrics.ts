import type { MethodObserver, Node, ObserveMethod } from '@holdfast/cluster';
import { growingBounds, type Histogram, type Labels, type MetricRegistry } from '@holdfast/telemetry';
import { grpcCodeNames } from './grpc-code-names.ts';
import { unitOf } from './metric-unit.ts';

type Link = ReturnType<Node['member']['links']>[number];

/**
 * The metrics of a node, under etcd's names where they mean the same. They are there before the node is: what is asked of
 * it has no value until `node` gives it.
 */
export function observeNode(registry: MetricRegistry, node: () => Node | undefined): void {
  const read = (kind: 'counter' | 'gauge', name: string, help: string, value: (node: Node) => number) =>
    registry.observe(name, { kind, help, ...unitOf(name) }, () => {
      const running = node();
      return running && value(running);
    });
  const gauge = read.bind(undefined, 'gauge');
  const counter = read.bind(undefined, 'counter');

  gauge('etcd_server_has_leader', 'Whether it knows a leader.', ({ member }) =>
    Number(member.status().leader !== undefined),
  );
  gauge('etcd_server_is_leader', 'Whether it is the leader.', ({ member }) =>
    Number(member.status().role === 'leader'),
  );
  gauge('etcd_server_is_learner', 'Whether it is a learner.', ({ member }) =>
    Number(member.status().role === 'learner'),
  );
  counter(
    'etcd_server_leader_changes_seen_total',
    'Changes of leader that it has seen.',
    ({ member }) => member.status().leaderChanges,
  );
  counter(
    'etcd_server_proposals_committed_total',
    'Entries of the log that are decided.',
    ({ member }) => member.status().commitIndex,
  );
  counter(
    'etcd_server_proposals_applied_total',
    'Entries of the log that are applied.',
    ({ member }) => member.status().appliedIndex,
  );
  gauge(
    'etcd_server_proposals_pending',
    'Proposals of its own that are not decided yet.',
    ({ member }) => member.status().proposalsPending,
  );
  counter(
    'etcd_server_proposals_failed_total',
    'Proposals of its own that failed.',
    ({ member }) => member.status().proposalsFailed,
  );
  counter(
    'etcd_server_slow_apply_total',
    'Applications that took long.',
    ({ member }) => member.status().slowApplies,
  );
  counter(
    'etcd_server_slow_read_indexes_total',
    'Reads that waited long for the leader.',
    ({ member }) => member.status().slowReads,
  );
  counter(
    'etcd_server_read_indexes_failed_total',
    'Reads that were refused, or found no leader in time.',
    ({ member }) => member.status().readsFailed,
  );
  gauge('holdfast_server_term', 'The term of Raft.', ({ member }) => member.status().term);
  gauge('holdfast_server_log_entries', 'Entries of the log that are kept.', ({ member }) => {
    const { firstIndex, lastIndex } = member.status();
    return lastIndex - firstIndex + 1;
  });
  gauge('holdfast_server_disk_full', 'Whether it takes nothing because its disk is full.', ({ member }) =>
    Number(member.status().readOnly),
  );
  gauge('holdfast_server_healthy', 'Whether /health says so.', (running) =>
    Number(running.unhealthy() === undefined),
  );
  registry.observe(
    'holdfast_server_members',
    { kind: 'gauge', help: 'Members of the cluster, by what they do.', labels: ['role'] },
    () => {
      const members = node()?.member.members() ?? [];
      const learners = members.filter(({ learner }) => learner).length;
      return [
        { labels: { role: 'voter' }, value: members.length - learners },
        { labels: { role: 'learner' }, value: learners },
      ];
    },
  );
  registry.observe(
    'holdfast_client_connections',
    { kind: 'gauge', help: 'Connections of clients.', labels: ['protocol'] },
    () => {
      const { grpc = 0, native = 0 } = node()?.connections() ?? {};
      return [
        { labels: { protocol: 'grpc' }, value: grpc },
        { labels: { protocol: 'native' }, value: native },
      ];
    },
  );
}

/** What the links to the other members carry, by the ids of those. */
export function observeLinks(registry: MetricRegistry, node: () => Node | undefined): void {
  const each = <const Label extends string>(
    kind: 'counter' | 'gauge',
    name: string,
    help: string,
    label: Label,
    value: (link: Link) => number | undefined,
  ) =>
    registry.observe(name, { kind, help, labels: [label], ...unitOf(name) }, () =>
      (node()?.member.links() ?? []).flatMap((link) => {
        const found = value(link);
        return found === undefined ? [] : [{ labels: { [label]: link.peer } as Labels<Label>, value: found }];
      }),
    );
  each(
    'counter',
    'etcd_network_peer_sent_bytes_total',
    'Bytes sent to a member.',
    'To',
    (link) => link.sentBytes,
  );
  each(
    'counter',
    'etcd_network_peer_received_bytes_total',
    'Bytes received from a member.',
    'From',
    (link) => link.receivedBytes,
  );
  each(
    'counter',
    'etcd_network_peer_sent_failures_total',
    'Messages for a member that were dropped.',
    'To',
    (link) => link.droppedMessages,
  );
  each('gauge', 'holdfast_peer_connected', 'Whether there is a connection to a member.', 'peer', (link) =>
    Number(link.connected),
  );
  each('counter', 'holdfast_peer_connects_total', 'How often one was made.', 'peer', (link) => link.connects);
  each(
    'gauge',
    'holdfast_peer_queued_bytes',
    'Bytes that wait to be sent to a member.',
    'peer',
    (link) => link.queuedBytes,
  );
  each(
    'gauge',
    'holdfast_peer_round_trip_seconds',
    'The way to a member and back, as last probed.',
    'peer',
    (link) => (link.roundTrip === undefined ? undefined : link.roundTrip / 1e6),
  );
}

/** Counts the calls of clients, as gRPC's own middleware for Prometheus names them. */
export function callMetrics(registry: MetricRegistry): ObserveMethod {
  const method = ['grpc_type', 'grpc_service', 'grpc_method'] as const;
  const started = registry.counter('grpc_server_started_total', {
    help: 'Calls that began.',
    labels: method,
  });
  const handled = registry.counter('grpc_server_handled_total', {
    help: 'Calls that ended, by how.',
    labels: [...method, 'grpc_code'],
    seriesMax: 2_000,
  });
  const took = registry.histogram('grpc_server_handling_seconds', {
    help: 'How long calls took, those that stream left out.',
    unit: 'seconds',
    bounds: growingBounds(0.00025, 2, 16),
    labels: method,
  });
  let watchStreams = 0;
  registry.observe(
    'etcd_debugging_mvcc_watch_stream_total',
    { kind: 'unknown', help: 'Streams of watches that are open.' },
    () => watchStreams,
  );
  return (path, kind): MethodObserver => {
    const streams = path === '/etcdserverpb.Watch/Watch' ? 1 : 0;
    const [, service = '', name = ''] = path.split('/');
    const labels = {
      grpc_type: kind === 'unary' ? kind : 'bidi_stream',
      grpc_service: service,
      grpc_method: name,
    };
    const beginnings = started.with(labels);
    const codes = grpcCodeNames.map((code) => handled.with({ ...labels, grpc_code: code }));
    const durations: Histogram | undefined = kind === 'unary' ? took.with(labels) : undefined;
    return {
      started: () => {
        beginnings.add();
        watchStreams += streams;
      },
      handled: (code, micros) => {
        watchStreams -= streams;
        (codes[code] ?? codes[2]!).add();
        durations?.record(micros / 1e6);
      },
    };
  };
}
