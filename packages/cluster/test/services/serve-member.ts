import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HostWorld, platformWorld } from '@holdfast/core';
import { nodeDisk, nodeNetwork, type TlsOptions } from '@holdfast/runtime';
import { freePorts } from '@holdfast/runtime/testkit';
import { GrpcServer } from '../../src/grpc/grpc-server.ts';
import type { ClusterMember } from '../../src/member/cluster-member.ts';
import { startMember } from '../../src/member/start-member.ts';
import type { CallerIdentity } from '../../src/services/caller-identity.ts';
import { clusterServices } from '../../src/services/cluster-services.ts';
import { Store } from '../../src/state/store.ts';

export interface ServedMember {
  readonly url: string;
  readonly member: ClusterMember;
  readonly store: Store;
  close(): Promise<void>;
}

export interface ServeOptions {
  /** For clients. */
  readonly tls?: TlsOptions;
  readonly callers?: CallerIdentity;
}

/** Members of one cluster in folders of their own, each with all services over gRPC on a port of loopback. */
export async function serveMembers(
  count: number,
  { tls, callers }: ServeOptions = {},
): Promise<readonly ServedMember[]> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-members-'));
  const ports = await freePorts(2 * count);
  const names = Array.from({ length: count }, (_, index) => `m${index + 1}`);
  const address = (index: number): string => `127.0.0.1:${ports[index]}`;
  const clientUrl = (index: number): string =>
    `${tls === undefined ? 'http' : 'https'}://${address(count + index)}`;
  const initialCluster = new Map(names.map((name, index) => [name, [`http://${address(index)}`]]));
  let open = count;
  return Promise.all(
    names.map(async (name, index) => {
      await mkdir(join(folder, name));
      const network = nodeNetwork();
      const { clock, timers, random } = platformWorld();
      const world: HostWorld = { clock, timers, random, network, disk: nodeDisk(join(folder, name)) };
      const store = new Store();
      const clientUrls = [clientUrl(index)];
      const member = await startMember({ world, name, state: store, initialCluster, clientUrls });
      const server = new GrpcServer(
        clusterServices({ ...(callers && { callers }), member, store, world }),
        world,
      );
      const clients = nodeNetwork({ tls });
      const listener = await clients.listen(ports[count + index]!, (connection) => server.serve(connection));
      return {
        url: clientUrl(index),
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
