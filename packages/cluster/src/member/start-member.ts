import { type HostWorld, isHoldfastError } from '@holdfast/core';
import { bootstrapState, emptyState, type StoredState } from '@holdfast/raft';
import { type Journal, openJournal, type SnapshotReader } from '@holdfast/storage';
import { openPeers } from '@holdfast/transport';
import { clusterErrors } from '../errors.ts';
import type { StateMachine } from '../state/state-machine.ts';
import type { ClusterMember } from './cluster-member.ts';
import { EntryPositions } from './log/entry-positions.ts';
import type { MemberIdentity } from './log/identity.ts';
import { encodeBatch, encodeIdentity } from './log/journal-record.ts';
import { type RecoveredLog, recoverLog } from './log/recover-log.ts';
import type { MemberEngines } from './member-engines.ts';
import type { MemberOptions } from './member-options.ts';
import { type MemberSettings, toSettings } from './member-settings.ts';
import { founderOf } from './membership/founder.ts';
import { join } from './membership/joining.ts';
import { memberRemoved } from './membership/own-membership.ts';
import { peerCertification } from './membership/peer-certification.ts';
import { peerProtocol, peerProtocolVersion } from './membership/peer-identity.ts';
import { type RecoveredMember, RunningMember } from './running-member.ts';
import { readSnapshotFile } from './snapshots/snapshot-file.ts';
import { recoverStaged } from './snapshots/snapshot-intake.ts';
import { ByteWriter } from './wire/byte-writer.ts';
import { EntryBlocks } from './wire/entry-block.ts';

/**
 * Starts one member of a cluster; resolves once it has recovered what its folder holds, and takes part.
 *
 * @throws HoldfastError INVALID_ARGUMENT; FOLDER_MISMATCH; MEMBER_REMOVED; JOIN_FAILED; LOG_DAMAGED; and those of the
 * journal and of listening.
 */
export async function startMember(options: MemberOptions): Promise<ClusterMember> {
  return startMemberOn(realEngines, options);
}

const realEngines: MemberEngines = {
  openJournal: (world, { directory, segmentBytes, ownsFolder }) =>
    openJournal({ world, disk: world.disk, directory, segmentBytes, exclusive: ownsFolder }),
  openPeers,
};

/** The same on other engines. */
export async function startMemberOn(engines: MemberEngines, options: MemberOptions): Promise<ClusterMember> {
  const settings = toSettings(options);
  const { world, state } = options;
  const journal = await engines.openJournal(world, settings);
  try {
    const recovered = await recover(engines, world, settings, state, journal);
    const member = new RunningMember({ world, settings, state, journal, recovered });
    await member.begin(engines, world);
    return member;
  } catch (error) {
    await journal.close();
    throw error;
  }
}

async function recover(
  engines: MemberEngines,
  world: HostWorld,
  settings: MemberSettings,
  state: StateMachine,
  journal: Journal,
): Promise<RecoveredMember> {
  const log = await recoverLog(journal);
  if (log !== undefined && !asksAgain(log, settings)) return goOn(settings, state, journal, log);
  const identity =
    settings.initialClusterState === 'new' ? founderOf(settings) : await joiner(engines, world, settings);
  // One that is who it was may have voted.
  if (log !== undefined && isSame(log.identity, identity)) return goOn(settings, state, journal, log);
  return begin(journal, identity);
}

function isSame(one: MemberIdentity, other: MemberIdentity): boolean {
  return one.memberId === other.memberId && one.clusterId === other.clusterId;
}

/** An empty folder becomes that of this member. */
async function begin(journal: Journal, identity: MemberIdentity): Promise<RecoveredMember> {
  const positions = new EntryPositions();
  const writer = new ByteWriter();
  // A founder that was turned away has left an entry.
  const nothing = { hardState: emptyState().hardState, snapshot: undefined, truncateFrom: 1, entries: [] };
  await journal.append([
    encodeBatch(writer, new EntryBlocks(), { ...nothing, sequence: 0 }),
    encodeIdentity(writer, identity),
  ]);
  return { identity, stored: await writeFirst(journal, positions, identity), positions, time: 0 };
}

/**
 * Whether it is not settled who the member is that is to join a cluster: nothing is in its folder but a name. It may have
 * begun as a founder by mistake, or have been removed before it took part, and added anew.
 */
function asksAgain(log: RecoveredLog, { initialClusterState }: MemberSettings): boolean {
  return initialClusterState === 'existing' && isUntouched(log);
}

function isUntouched({ snapshot, entries, removed }: RecoveredLog): boolean {
  return !removed && snapshot === undefined && entries.length <= 1;
}

/** A folder that knows who it is. */
async function goOn(
  settings: MemberSettings,
  state: StateMachine,
  journal: Journal,
  log: RecoveredLog,
): Promise<RecoveredMember> {
  const { identity, snapshot, positions } = log;
  if (log.removed) throw memberRemoved(settings.name, identity.memberId);
  checkIdentity(identity, settings);
  let time = 0;
  if (snapshot !== undefined) {
    const reader = await openSnapshot(journal, snapshot.id);
    try {
      const restore = state.restore();
      time = (await readSnapshotFile(reader, restore)).time;
      restore.finish();
    } finally {
      await reader.close();
    }
  }
  const staged = await recoverStaged(journal.snapshots, snapshot?.index ?? 0);
  // It may have ended after it had written who it is, and before its first entry.
  const untouched = log.entries.length === 0 && snapshot === undefined && log.hardState.term === 0;
  const stored: StoredState<Uint8Array> = untouched
    ? await writeFirst(journal, positions, identity)
    : { hardState: log.hardState, snapshot, entries: log.entries, ...(staged && { staged }) };
  return { identity, stored, positions, time };
}

/** What a member starts from that has no log yet. A founder's first entry names all of them. */
async function writeFirst(
  journal: Journal,
  positions: EntryPositions,
  identity: MemberIdentity,
): Promise<StoredState<Uint8Array>> {
  if (!identity.founder) return emptyState();
  const stored = bootstrapState<Uint8Array>([...identity.peers.keys()]);
  const { entries, hardState } = stored;
  const batch = { sequence: 0, hardState, snapshot: undefined, truncateFrom: undefined, entries };
  positions.add(1, journal.nextPosition);
  await journal.append([encodeBatch(new ByteWriter(), new EntryBlocks(), batch)]);
  return stored;
}

/** Asks the cluster that is there who this member is. */
async function joiner(
  engines: MemberEngines,
  world: HostWorld,
  settings: MemberSettings,
): Promise<MemberIdentity> {
  const { name, peerUrls, initialCluster, token, listenPeers, peerCertificateName, requestTimeout } =
    settings;
  const others = [...initialCluster].filter(([member]) => member !== name).flatMap(([, urls]) => urls);
  const joined = await join({
    world,
    name,
    peerUrls,
    others,
    token,
    isCertified: peerCertification(name, peerCertificateName),
    timeout: requestTimeout,
    openPeers: ({ identity, identify, receive }) =>
      engines.openPeers(world, {
        greeting: { protocol: peerProtocol, version: peerProtocolVersion, identity },
        port: listenPeers.port,
        identify,
        receive,
      }),
  });
  return { ...joined, names: new Map([...joined.names, [joined.memberId, name]]) };
}

function checkIdentity(
  { memberId, clusterId, token, names }: MemberIdentity,
  settings: MemberSettings,
): void {
  const name = names.get(memberId);
  if (name === settings.name && token === settings.token) return;
  throw clusterErrors.create('FOLDER_MISMATCH', {
    message:
      `the folder ${settings.directory} belongs to member ${name} of the cluster ${clusterId} with the token ${token}, ` +
      `not to ${settings.name} of one with the token ${settings.token}`,
  });
}

async function openSnapshot(journal: Journal, id: string): Promise<SnapshotReader> {
  try {
    return await journal.snapshots.open(id);
  } catch (cause) {
    if (!isHoldfastError(cause) || cause.code !== 'SNAPSHOT_NOT_FOUND') throw cause;
    throw clusterErrors.create('LOG_DAMAGED', {
      message: `the snapshot ${id} that the log builds on is gone; let the member join anew with an empty folder`,
      cause,
    });
  }
}
