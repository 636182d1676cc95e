import { platformWorld } from '@holdfast/core';
import { nodeNetwork } from '@holdfast/runtime';
import { GrpcServer } from '../../src/grpc/grpc-server.ts';
import { clusterServices } from '../../src/services/cluster-services.ts';
import { Store } from '../../src/state/store.ts';
import { LoneMember } from './lone-member.ts';

export interface ServedLone {
  readonly url: string;
  readonly member: LoneMember;
  readonly store: Store;
  close(): Promise<void>;
}

/** All services of a member without a log, over gRPC on a port of loopback. */
export async function serveLone(): Promise<ServedLone> {
  const world = platformWorld();
  const store = new Store();
  const member = new LoneMember(store, world);
  const server = new GrpcServer(clusterServices({ member, store, world }), world);
  const listener = await nodeNetwork().listen(0, (connection) => server.serve(connection));
  return {
    url: `http://127.0.0.1:${listener.address.port}`,
    member,
    store,
    close: async () => {
      server.destroy();
      await listener.close();
    },
  };
}
