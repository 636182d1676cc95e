import type { Disk, World } from '@holdfast/core';
import type { Configuration, SnapshotMetadata } from '@holdfast/raft';
import { type Journal, openJournal, type SnapshotInfo } from '@holdfast/storage';
import { clusterErrors } from '../errors.ts';
import type { StateMachine } from '../state/state-machine.ts';
import type { MemberIdentity } from './log/identity.ts';
import { encodeCheckpoint, encodeIdentity } from './log/journal-record.ts';
import type { MemberOptions } from './member-options.ts';
import { toSettings } from './member-settings.ts';
import { founderOf } from './membership/founder.ts';
import { encodeDescription } from './snapshots/snapshot-description.ts';
import { writeSnapshotFile } from './snapshots/snapshot-file.ts';
import { ByteWriter } from './wire/byte-writer.ts';

export interface RestoreMemberOptions
  extends Pick<
    MemberOptions,
    'directory' | 'initialCluster' | 'initialClusterToken' | 'name' | 'peerUrls' | 'state'
  > {
  readonly world: World & { readonly disk: Disk };
  /** The last entry that the state holds, and its term: the log goes on from there. */
  readonly term: number;
  /** The cluster's time as the state knows it. */
  readonly time: number;
}

/**
 * Writes the folder of a first member of a new cluster that begins with a state instead of with nothing. All its first
 * members have to be made of the same state.
 *
 * @throws HoldfastError FOLDER_MISMATCH when the folder is a member's already; INVALID_ARGUMENT.
 */
export async function restoreMember(options: RestoreMemberOptions): Promise<MemberIdentity> {
  const { state, term, time, world } = options;
  const settings = toSettings({ ...options, world: world as MemberOptions['world'] });
  const identity = founderOf(settings);
  const journal = await openJournal({ world, disk: world.disk, directory: settings.directory });
  try {
    if (journal.nextPosition > 0) {
      throw clusterErrors.create('FOLDER_MISMATCH', {
        message: `the folder ${settings.directory} is a member's already: restore into an empty one`,
      });
    }
    const described = {
      id: `restored-${state.appliedIndex.toString(16)}-${world.random.uint32().toString(16)}`,
      index: state.appliedIndex,
      term,
      configuration: votersOnly([...identity.peers.keys()]),
      configurationIndex: state.appliedIndex,
      bytes: 0,
    };
    const { size } = await writeState(journal, described, state, time);
    const snapshot = { ...described, bytes: size };
    const hardState = { term, vote: undefined, commit: snapshot.index };
    const writer = new ByteWriter();
    await journal.append([
      encodeIdentity(writer, identity),
      encodeCheckpoint(writer, { identity, hardState, snapshot, firstIndex: snapshot.index + 1 }),
    ]);
    return identity;
  } finally {
    await journal.close();
  }
}

async function writeState(
  journal: Journal,
  metadata: SnapshotMetadata,
  state: StateMachine,
  time: number,
): Promise<SnapshotInfo> {
  const writer = await journal.snapshots.write(metadata.id, encodeDescription({ origin: 'taken', metadata }));
  const snapshot = state.snapshot();
  try {
    await writeSnapshotFile(writer, { time }, snapshot, () => true);
    return await writer.commit();
  } finally {
    snapshot.release();
  }
}

function votersOnly(voters: readonly string[]): Configuration {
  return {
    voters: [...voters].sort(),
    outgoing: [],
    learners: [],
    learnersNext: [],
    witnesses: [],
    leavesJoint: false,
  };
}
