import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNode } from '@holdfast/cluster';
import { freePorts } from '@holdfast/runtime/testkit';
import { EtcdCluster } from './etcd-cluster.ts';

/** A server of one member, for tests over gRPC. */
export interface OneMember {
  readonly endpoint: string;
  restart(): Promise<void>;
  dispose(): Promise<void>;
}

export async function startEtcd(): Promise<OneMember> {
  const etcd = await EtcdCluster.start(1);
  const [member] = etcd.members;
  return {
    endpoint: member!.endpoint,
    restart: async () => {
      await member!.kill();
      await member!.start();
    },
    dispose: () => etcd.dispose(),
  };
}

export async function startHoldfast(): Promise<OneMember> {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-node-'));
  const [client, peer] = await freePorts(2);
  const endpoint = `http://127.0.0.1:${client}`;
  const start = () =>
    startNode({
      dataDir,
      listenClientUrls: [endpoint],
      listenNativeUrls: [],
      listenPeerUrl: `http://127.0.0.1:${peer}`,
      grace: '500ms',
    });
  let node = await start();
  return {
    endpoint,
    restart: async () => {
      await node.stop();
      node = await start();
    },
    dispose: async () => {
      await node.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}
