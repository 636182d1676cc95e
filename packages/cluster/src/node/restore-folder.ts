import { basename, dirname, resolve } from 'node:path';
import { invalidArgument, isHoldfastError, platformWorld } from '@holdfast/core';
import { nodeDisk, ownFolder } from '@holdfast/runtime';
import { UsersAndRoles } from '../auth/users-and-roles.ts';
import { clusterErrors } from '../errors.ts';
import { RangeRequest } from '../etcd/kv.ts';
import { restoreMember } from '../member/restore-member.ts';
import { readSnapshotArchive } from '../services/read-snapshot-archive.ts';
import { Store } from '../state/store.ts';
import type { NodeOptions } from './node-options.ts';

export interface RestoreOptions
  extends Pick<
    NodeOptions,
    'advertisePeerUrls' | 'dataDir' | 'initialCluster' | 'initialClusterToken' | 'name'
  > {
  /** The file that a snapshot was saved in. */
  readonly snapshotFile: string;
}

/** What a snapshot's file holds. */
export interface SnapshotFacts {
  readonly revision: number;
  /** That are there now; in its history there may be more. */
  readonly keys: number;
  readonly leases: number;
  /** Of the file. */
  readonly bytes: number;
  /** The last entry of the log that is in it. */
  readonly index: number;
}

export interface RestoredFolder extends SnapshotFacts {
  readonly memberId: string;
  readonly clusterId: string;
}

/**
 * Makes the folder of a first member of a new cluster that begins with the contents of a snapshot's file: keys with their
 * revisions, leases, users and roles. Do the same for each of its first members, with the same file and members.
 *
 * @throws HoldfastError SNAPSHOT_MALFORMED; FOLDER_MISMATCH when there is a member in the folder; INVALID_ARGUMENT.
 */
export async function restoreFolder(options: RestoreOptions): Promise<RestoredFolder> {
  const { store, facts } = await load(options.snapshotFile);
  store.beginAnew();
  const folder = await ownFolder(options.dataDir);
  try {
    const { clock, random, timers } = platformWorld();
    const { clusterId, memberId } = await restoreMember({
      world: { clock, random, timers, disk: nodeDisk(folder.path) },
      name: options.name ?? 'default',
      state: store,
      term: store.appliedTerm,
      time: store.lastTime,
      ...(options.advertisePeerUrls !== undefined && { peerUrls: options.advertisePeerUrls }),
      ...(options.initialCluster !== undefined && { initialCluster: options.initialCluster }),
      ...(options.initialClusterToken !== undefined && { initialClusterToken: options.initialClusterToken }),
    });
    return { ...facts, clusterId, memberId };
  } finally {
    await folder.release();
  }
}

/** Reads a snapshot's file whole, and checks it. @throws HoldfastError SNAPSHOT_MALFORMED, INVALID_ARGUMENT. */
export async function inspectSnapshot(snapshotFile: string): Promise<SnapshotFacts> {
  return (await load(snapshotFile)).facts;
}

async function load(path: string): Promise<{ store: Store; facts: SnapshotFacts }> {
  const store = new Store({ auth: new UsersAndRoles(), quota: 0 });
  const at = resolve(path);
  const file = await nodeDisk(dirname(at))
    .open(basename(at))
    .catch((error: Error) => {
      throw invalidArgument('snapshotFile', path, `a file that can be read: ${error.message}`);
    });
  try {
    const restore = store.restore();
    await readSnapshotArchive(file, restore);
    restore.finish();
    const { appliedIndex: index, revision } = store;
    const facts = {
      revision,
      keys: keysIn(store),
      leases: store.leases.count,
      bytes: await file.size(),
      index,
    };
    return { store, facts };
  } catch (error) {
    if (!isHoldfastError(error) || error.code !== 'SNAPSHOT_MALFORMED') throw error;
    throw clusterErrors.create('SNAPSHOT_MALFORMED', { message: `${path}: ${error.message}`, cause: error });
  } finally {
    await file.close();
  }
}

/** Those that are there now: some of those in its history are deleted. */
function keysIn(store: Store): number {
  const all = RangeRequest.create({ key: Uint8Array.of(0), rangeEnd: Uint8Array.of(0), countOnly: true });
  const result = store.range(all);
  return 'response' in result ? result.response.count : 0;
}
