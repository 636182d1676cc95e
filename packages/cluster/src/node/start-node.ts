import { resolve } from 'node:path';
import { type HostWorld, platformWorld } from '@holdfast/core';
import { type FolderOwnership, nodeDisk, nodeNetwork, ownFolder } from '@holdfast/runtime';
import { answerAboutJournal } from '@holdfast/storage/node';
import { UsersAndRoles } from '../auth/users-and-roles.ts';
import type { ClusterMember } from '../member/cluster-member.ts';
import { startMember } from '../member/start-member.ts';
import type { MethodTable } from '../services/call.ts';
import { memberServices } from '../services/member-services.ts';
import { Store } from '../state/store.ts';
import { tellAlarms } from './alarm-events.ts';
import type { Node } from './node.ts';
import { type NodeOptions, requestBytesMaxOf } from './node-options.ts';
import { type NodeUrls, nodeUrls } from './node-urls.ts';
import { ObservedDisk } from './observed-disk.ts';
import { observedMethods } from './observed-methods.ts';
import { RunningNode } from './running-node.ts';
import { tracedMethods } from './traced-methods.ts';

/**
 * Starts a node: a member of a cluster in this thread, over this machine's disk and network, with everything that clients
 * reach it by. Resolves once it has recovered what its folder holds, takes part, and listens.
 *
 * @throws HoldfastError INVALID_ARGUMENT naming the option; FOLDER_OWNED; ADDRESS_IN_USE; and what `startMember` throws.
 */
export async function startNode(options: NodeOptions): Promise<Node> {
  const urls = nodeUrls(options);
  let member: ClusterMember | undefined;
  const folder = await ownFolder(options.dataDir, {
    answer: (request) => answerAboutJournal(request, async (how) => member?.inspectJournal(how)),
  });
  try {
    return await startIn(folder, urls, options, (started) => {
      member = started;
    });
  } catch (error) {
    await folder.release();
    throw error;
  }
}

async function startIn(
  folder: FolderOwnership,
  urls: NodeUrls,
  options: NodeOptions,
  onMember: (member: ClusterMember) => void,
): Promise<Node> {
  const { clock, random, timers } = platformWorld();
  const world = {
    clock,
    random,
    timers,
    network: nodeNetwork({
      host: urls.peer.address.host,
      tls: urls.peer.encrypted ? options.peerTls : undefined,
    }),
    disk: new ObservedDisk(nodeDisk(resolve(options.dataDir)), clock, options.name ?? 'default'),
  };
  const usersAndRoles = new UsersAndRoles();
  const { quotaBytes } = options;
  const store = new Store({ auth: usersAndRoles, ...(quotaBytes !== undefined && { quota: quotaBytes }) });
  const member = await startOwnMember(world, store, urls, options);
  onMember(member);
  tellAlarms(store, member);
  const node = new RunningNode({
    options,
    world,
    member,
    store,
    folder,
    methods: methodsOf(member, store, usersAndRoles, world, options),
  });
  try {
    await node.open(urls);
    return node;
  } catch (error) {
    await node.stop();
    throw error;
  }
}

function startOwnMember(
  world: HostWorld,
  state: Store,
  urls: NodeUrls,
  options: NodeOptions,
): Promise<ClusterMember> {
  const { initialCluster, initialClusterState, initialClusterToken } = options;
  const { electionTimeout, heartbeatInterval, snapshotEntries, strictReconfigCheck } = options;
  return startMember({
    world,
    name: options.name ?? 'default',
    state,
    ownsFolder: true,
    listenPeers: urls.peer.address,
    peerUrls: options.advertisePeerUrls ?? [urls.peer.text],
    peerCertificateName: options.peerTls?.serverName,
    clientUrls: options.advertiseClientUrls ?? urls.client.map(({ text }) => text),
    nativeUrls: urls.native.map(({ text }) => text),
    ...(initialCluster !== undefined && { initialCluster }),
    ...(initialClusterState !== undefined && { initialClusterState }),
    ...(initialClusterToken !== undefined && { initialClusterToken }),
    ...(heartbeatInterval !== undefined && { heartbeatInterval }),
    ...(electionTimeout !== undefined && { electionTimeout }),
    ...(strictReconfigCheck !== undefined && { strictReconfigCheck }),
    ...(snapshotEntries !== undefined && { snapshots: { logEntries: snapshotEntries } }),
  });
}

function methodsOf(
  member: ClusterMember,
  store: Store,
  usersAndRoles: UsersAndRoles,
  world: HostWorld,
  options: NodeOptions,
): MethodTable {
  const services = memberServices({
    member,
    store,
    usersAndRoles,
    world,
    usersByCertificate: options.clientTls?.mutual ?? false,
    limits: {
      requestBytesMax: requestBytesMaxOf(options),
      transactionOperationsMax: options.transactionOperationsMax ?? 128,
    },
  });
  const methods = tracedMethods(services, member);
  const { observeMethod } = options;
  return observeMethod === undefined ? methods : observedMethods(methods, observeMethod, world.clock);
}
