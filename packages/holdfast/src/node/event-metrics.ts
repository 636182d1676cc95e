import {
  alarmChanged,
  diskSynced,
  membershipChanged,
  peerNotTrusted,
  requestRefused,
  snapshotLost,
} from '@holdfast/cluster';
import { growingBounds, type MetricRegistry } from '@holdfast/telemetry';

/** What the journal calls the files of snapshots. */
const snapshotFile = /(?:^|\/)(?:snapshot|unfinished)-[^/]*$/;

/** What is only known while it happens. Returns what ends the listening. */
export function observeEvents(registry: MetricRegistry): () => void {
  const ends = [observeFlushes(registry), observeChanges(registry)];
  return () => {
    for (const end of ends) end();
  };
}

function observeFlushes(registry: MetricRegistry): () => void {
  const flushes = registry.histogram('etcd_disk_wal_fsync_duration_seconds', {
    help: 'How long a flush of the log took.',
    unit: 'seconds',
    bounds: growingBounds(0.001, 2, 14),
  });
  // Of the log: that of a snapshot, which is much larger, keeps nobody waiting.
  return diskSynced.subscribe(({ micros, path }) => {
    if (!snapshotFile.test(path)) flushes.record(micros / 1e6);
  });
}

function observeChanges(registry: MetricRegistry): () => void {
  const memberships = registry.counter('holdfast_server_membership_changes_total', {
    help: 'Members that were added, removed or made voters.',
    labels: ['change'],
  });
  const alarms = registry.counter('holdfast_server_alarm_changes_total', {
    help: 'Alarms that were raised or cleared.',
    labels: ['alarm', 'change'],
  });
  const refused = registry.counter('holdfast_server_requests_refused_total', {
    help: 'Proposals and reads that were refused, by why.',
    labels: ['what', 'reason'],
  });
  const strangers = registry.counter('holdfast_peer_not_trusted_total', {
    help: 'Peers that were not let in, since their certificate names somebody else.',
  });
  const lost = registry.counter('holdfast_server_snapshots_lost_total', {
    help: 'How often the snapshot beneath the log could not be read for a member that needs it.',
  });
  const ends = [
    snapshotLost.subscribe(() => lost.add()),
    membershipChanged.subscribe(({ change }) => memberships.with({ change }).add()),
    alarmChanged.subscribe(({ alarm, change }) => alarms.with({ alarm, change }).add()),
    requestRefused.subscribe(({ error, what }) => refused.with({ what, reason: error.code }).add()),
    peerNotTrusted.subscribe(() => strangers.add()),
  ];
  return () => {
    for (const end of ends) end();
  };
}
