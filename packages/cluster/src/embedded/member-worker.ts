// The program of a member's thread: started by `MemberThread` with `ThreadOptions`.
import { parentPort, workerData } from 'node:worker_threads';
import { asHoldfastError, errorToJson, platformWorld } from '@holdfast/core';
import { nodeDisk, nodeNetwork, ownFolder } from '@holdfast/runtime';
import { UsersAndRoles } from '../auth/users-and-roles.ts';
import type { ClusterMember } from '../member/cluster-member.ts';
import { startMember } from '../member/start-member.ts';
import { type NativeServer, serveNative } from '../native/serve-native.ts';
import { inspectCluster } from '../node/inspected-cluster.ts';
import { memberServices } from '../services/member-services.ts';
import { Store } from '../state/store.ts';
import { ListeningNetwork } from './port-network.ts';
import { SeverableNetwork } from './severable-network.ts';
import { patientChannels } from './thread-channels.ts';
import type { FromThread, ThreadOptions, ThreadStatus, ToThread } from './thread-messages.ts';

const parent = parentPort!;
const { clock, random, timers } = platformWorld();
const doors = new ListeningNetwork();
const peers = new SeverableNetwork(nodeNetwork());

await run(workerData as ThreadOptions);

async function run({ dir, quotaBytes, ...options }: ThreadOptions): Promise<void> {
  try {
    const folder = await ownFolder(dir);
    try {
      const usersAndRoles = new UsersAndRoles();
      const store = new Store({
        auth: usersAndRoles,
        ...(quotaBytes !== undefined && { quota: quotaBytes }),
      });
      const world = { clock, random, timers, network: peers, disk: nodeDisk(dir) };
      const member = await startMember({ ...options, world, state: store });
      const methods = memberServices({ member, store, usersAndRoles, world });
      const server = await serveNative({ clock, random, timers, network: doors }, 0, methods, {
        channel: patientChannels,
      });
      parent.on('message', (message: ToThread) => void obey(message, { member, server, store }));
      tell({ kind: 'started' });
      await member.stopped.finally(() => server.destroy());
    } finally {
      await folder.release();
    }
    tell({ kind: 'stopped', error: undefined });
  } catch (error) {
    tell({ kind: 'stopped', error: errorToJson(asHoldfastError(error)) });
  }
  parent.close();
}

interface Parts {
  readonly member: ClusterMember;
  readonly server: NativeServer;
  readonly store: Store;
}

async function obey(message: ToThread, { member, server, store }: Parts): Promise<void> {
  switch (message.kind) {
    case 'connect':
      doors.take(message.port);
      return;
    case 'status':
      tell({ kind: 'answer', id: message.id, answer: statusOf(member) });
      return;
    case 'inspect':
      tell({ kind: 'answer', id: message.id, answer: await inspectCluster(member, store) });
      return;
    case 'cut':
      peers.sever(message.cut);
      return;
    case 'stop':
      void server.drain();
      await member.stop({ grace: message.grace });
  }
}

function statusOf(member: ClusterMember): ThreadStatus {
  const { id, clusterId, name } = member;
  return { ...member.status(), id, clusterId, name, members: member.members() };
}

function tell(message: FromThread): void {
  parent.postMessage(message);
}
