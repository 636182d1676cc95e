import { resolve } from 'node:path';
import { type Duration, invalidArgument, toMicros } from '@holdfast/core';
import type { ClusterClient } from '../client/cluster-client.ts';
import { clusters, type InspectedCluster } from '../node/inspected-cluster.ts';
import { MemberThread, memberProgram, type ThreadProgram } from './member-thread.ts';
import { threadClient } from './thread-client.ts';
import type { ThreadOptions, ThreadStatus } from './thread-messages.ts';

export interface OpenClusterOptions extends Omit<ThreadOptions, 'dir' | 'name' | 'listenPeers'> {
  /** The member's folder, which belongs to it alone. It is made where there is none. */
  readonly dir: string;
  /** Default `default`. */
  readonly name?: string;
}

/** A member of a cluster inside this process, and a client of it. */
export interface OpenCluster extends AsyncDisposable, InspectedCluster {
  /** Keys, leases and watches. */
  readonly store: ClusterClient;
  /** @throws HoldfastError MEMBER_STOPPED. */
  status(): Promise<ThreadStatus>;
  /** Hands over leadership if it has it, and lets go of everything. `grace`: for that, default 5 s. */
  stop(grace?: Duration): Promise<void>;
  /** Settles when the member has stopped: rejects with what made it stop by itself. */
  readonly stopped: Promise<void>;
}

/**
 * Opens a durable store in a folder: a member of a cluster, in a thread of its own, so that nothing that this thread does
 * keeps it from its elections and its disk. Alone unless `initialCluster` names others, it listens on loopback at a free
 * port. Resolves once it has recovered what the folder holds.
 *
 * @throws HoldfastError FOLDER_OWNED when another process has the folder; INVALID_ARGUMENT; and what `startMember` throws.
 */
export function openCluster(options: OpenClusterOptions): Promise<OpenCluster> {
  return openClusterIn(memberProgram, options);
}

/** The same with another program for the thread. */
export async function openClusterIn(
  program: ThreadProgram,
  { dir, name = 'default', ...options }: OpenClusterOptions,
): Promise<OpenCluster> {
  if (typeof dir !== 'string' || dir === '') throw invalidArgument('dir', dir, 'the path of a folder');
  if (options.initialCluster !== undefined && !(options.initialCluster instanceof Map)) {
    throw invalidArgument('initialCluster', options.initialCluster, 'a Map of names to lists of peer URLs');
  }
  const alone = options.initialCluster === undefined && options.peerUrls === undefined;
  const thread = await MemberThread.start(
    {
      ...options,
      ...(alone && { peerUrls: ['http://127.0.0.1:0'] }),
      name,
      dir: resolve(dir),
    },
    program,
  );
  const store = threadClient([name], () => thread);
  const stop = async (grace: Duration = '5s'): Promise<void> => {
    clusters.delete(cluster);
    await store.close();
    await thread.stop(toMicros(grace, 'grace'));
  };
  const cluster: OpenCluster = {
    store,
    status: () => thread.status(),
    report: () => thread.report(),
    stop,
    stopped: thread.stopped,
    [Symbol.asyncDispose]: () => stop(),
  };
  clusters.add(cluster);
  return cluster;
}
