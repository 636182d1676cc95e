import type {
  AlarmChanged,
  DiskSyncedEvent,
  LeaderChanged,
  MembershipChanged,
  PeerMisbehaved,
  PeerNotTrusted,
  ReadOnlyChanged,
  RequestRefused,
  SnapshotInstalled,
  SnapshotLost,
} from '@holdfast/cluster';
import { defineEvent, type Unsubscribe } from '@holdfast/core';
import { growingBounds } from '../metrics/histogram-buckets.ts';
import { errorType } from '../red/error-type.ts';
import type { Teller } from './teller.ts';

/** Tells what happens to the members of clusters in this process. */
export function observeClusters(teller: Teller): Unsubscribe[] {
  return [
    observeLeaders(teller),
    observeMembership(teller),
    observeDisk(teller),
    ...observeSnapshots(teller),
    ...observePeers(teller),
    ...observeTrouble(teller),
  ];
}

function observeLeaders(teller: Teller): Unsubscribe {
  const labels = ['holdfast.cluster.member'] as const;
  const changes = teller.registry.counter('holdfast.cluster.leader.changes', {
    help: 'Changes of leader that a member has seen.',
    unit: '{change}',
    labels,
  });
  const terms = teller.registry.gauge('holdfast.cluster.term', {
    help: 'The term of Raft.',
    unit: '{term}',
    labels,
  });
  return defineEvent<LeaderChanged>('holdfast.cluster.leader-changed').subscribe(
    ({ member, leader, term }) => {
      changes.with({ 'holdfast.cluster.member': member }).add();
      terms.with({ 'holdfast.cluster.member': member }).set(term);
      const facts = { 'holdfast.cluster.member': member, 'holdfast.cluster.term': term };
      if (leader === undefined) teller.log('warn', `member ${member} knows no leader in term ${term}`, facts);
      else {
        const text = `member ${member} sees ${leader === member ? 'itself' : leader} lead in term ${term}`;
        teller.log('info', text, { ...facts, 'holdfast.cluster.leader': leader });
      }
    },
  );
}

function observeMembership(teller: Teller): Unsubscribe {
  const changes = teller.registry.counter('holdfast.cluster.membership.changes', {
    help: 'Members that were added, removed or made voters.',
    unit: '{change}',
    labels: ['holdfast.cluster.change'],
  });
  return defineEvent<MembershipChanged>('holdfast.cluster.membership-changed').subscribe(
    ({ member, change, id }) => {
      changes.with({ 'holdfast.cluster.change': change }).add();
      teller.log('info', `member ${id} was ${change}`, {
        'holdfast.cluster.member': member,
        'holdfast.cluster.change': change,
      });
    },
  );
}

function observeDisk(teller: Teller): Unsubscribe {
  const flushes = teller.registry.histogram('holdfast.cluster.disk.sync.duration', {
    help: 'How long it took to make something durable.',
    unit: 's',
    bounds: growingBounds(0.000_25, 2, 16),
    labels: ['holdfast.cluster.node'],
  });
  return defineEvent<DiskSyncedEvent>('holdfast.cluster.disk-synced').subscribe(({ node, micros }) =>
    flushes.with({ 'holdfast.cluster.node': node }).record(micros / 1e6),
  );
}

function observeSnapshots(teller: Teller): Unsubscribe[] {
  const labels = ['holdfast.cluster.member'] as const;
  const installed = teller.registry.counter('holdfast.cluster.snapshots.installed', {
    help: 'Snapshots that took the place of the state.',
    unit: '{snapshot}',
    labels,
  });
  const lost = teller.registry.counter('holdfast.cluster.snapshots.lost', {
    help: 'How often the snapshot beneath the log could not be read.',
    unit: '{snapshot}',
    labels,
  });
  return [
    defineEvent<SnapshotInstalled>('holdfast.cluster.snapshot-installed').subscribe(({ member }) =>
      installed.with({ 'holdfast.cluster.member': member }).add(),
    ),
    defineEvent<SnapshotLost>('holdfast.cluster.snapshot-lost').subscribe(({ member, snapshot, error }) => {
      lost.with({ 'holdfast.cluster.member': member }).add();
      teller.log('error', `the snapshot ${snapshot} of member ${member} cannot be read`, {
        'holdfast.cluster.member': member,
        'error.type': errorType(error),
      });
      teller.error(error);
    }),
  ];
}

function observePeers(teller: Teller): Unsubscribe[] {
  const refused = teller.registry.counter('holdfast.cluster.peers.refused', {
    help: 'Peers that sent what no member sends, or whose certificate names somebody else.',
    unit: '{peer}',
    labels: ['holdfast.cluster.reason'],
  });
  const refuse =
    (reason: string, what: string) =>
    ({ member, peer, error }: PeerMisbehaved | PeerNotTrusted): void => {
      refused.with({ 'holdfast.cluster.reason': reason }).add();
      teller.log('warn', `${peer} ${what}`, {
        'holdfast.cluster.member': member,
        'error.type': errorType(error),
      });
      teller.error(error);
    };
  return [
    defineEvent<PeerMisbehaved>('holdfast.cluster.peer-misbehaved').subscribe(
      refuse('misbehaved', 'sent what no member sends'),
    ),
    defineEvent<PeerNotTrusted>('holdfast.cluster.peer-not-trusted').subscribe(
      refuse('not-trusted', 'has no certificate that stands for it'),
    ),
  ];
}

function observeTrouble(teller: Teller): Unsubscribe[] {
  const refused = teller.registry.counter('holdfast.cluster.requests.refused', {
    help: 'Proposals and reads that were refused, by why.',
    unit: '{request}',
    labels: ['holdfast.cluster.request', 'error.type'],
  });
  const alarms = teller.registry.counter('holdfast.cluster.alarm.changes', {
    help: 'Alarms that were raised or cleared.',
    unit: '{change}',
    labels: ['holdfast.cluster.alarm', 'holdfast.cluster.change'],
  });
  const readOnly = teller.registry.gauge('holdfast.cluster.read_only', {
    help: 'Members that take nothing because their disk is full.',
    unit: '{member}',
    labels: ['holdfast.cluster.member'],
  });
  return [
    defineEvent<RequestRefused>('holdfast.cluster.request-refused').subscribe(({ what, error }) => {
      refused.with({ 'holdfast.cluster.request': what, 'error.type': error.code }).add();
      teller.error(error);
    }),
    defineEvent<AlarmChanged>('holdfast.cluster.alarm-changed').subscribe(({ member, alarm, change, id }) => {
      const facts = { 'holdfast.cluster.alarm': alarm, 'holdfast.cluster.change': change };
      alarms.with(facts).add();
      teller.log(change === 'raised' ? 'error' : 'info', `alarm ${alarm} of member ${id} was ${change}`, {
        ...facts,
        'holdfast.cluster.member': member,
      });
    }),
    defineEvent<ReadOnlyChanged>('holdfast.cluster.read-only-changed').subscribe(
      ({ member, readOnly: full }) => {
        readOnly.with({ 'holdfast.cluster.member': member }).set(Number(full));
        const text = full
          ? `the disk of member ${member} is full`
          : `the disk of member ${member} has room again`;
        teller.log(full ? 'error' : 'info', text, { 'holdfast.cluster.member': member });
      },
    ),
  ];
}
