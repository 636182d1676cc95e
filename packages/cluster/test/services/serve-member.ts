import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HostWorld, platformWorld } from '@holdfast/core';
import { nodeDisk, nodeNetwork } from '@holdfast/runtime';
import { GrpcServer } from '../../src/grpc/grpc-server.ts';
import type { ClusterMember } from '../../src/member/cluster-member.ts';
import { startMember } from '../../src/member/start-member.ts';
import { clusterServices } from '../../src/services/cluster-services.ts';
import { Store } from '../../src/state/store.ts';
import { freePorts } from './free-ports.ts';

export interface ServedMember {
  readonly url: string;
  readonly member: ClusterMember;
  readonly store: Store;
  close(): Promise<void>;
}

/** Members of one cluster in folders of their own, each with all services over gRPC on a port of loopback. */
export async function serveMembers(count: number): Promise<readonly ServedMember[]> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-members-'));
  const ports = await freePorts(2 * count);
  const names = Array.from({ length: count }, (_, index) => `m${index + 1}`);
  const url = (index: number): string => `http://127.0.0.1:${ports[index]}`;
  const initialCluster = new Map(names.map((name, index) => [name, [url(index)]]));
  let open = count;
  return Promise.all(
    names.map(async (name, index) => {
      await mkdir(join(folder, name));
      const network = nodeNetwork();
      const { clock, timers, random } = platformWorld();
      const world: HostWorld = { clock, timers, random, network, disk: nodeDisk(join(folder, name)) };
      const store = new Store();
      const clientUrls = [url(count + index)];
      const member = await startMember({ world, name, state: store, initialCluster, clientUrls });
      const server = new GrpcServer(clusterServices({ member, store, world }), world);
      const listener = await network.listen(ports[count + index]!, (connection) => server.serve(connection));
      return {
        url: url(count + index),
        member,
        store,
        close: async () => {
          await listener.close();
          server.destroy();
          await member.stop();
          if (--open === 0) await rm(folder, { recursive: true });
        },
      };
    }),
  );
}
