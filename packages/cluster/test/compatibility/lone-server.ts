import { platformWorld } from '@holdfast/core';
import { nodeNetwork } from '@holdfast/runtime';
import { ScryptHashing } from '../../src/auth/password-hashing.ts';
import { UsersAndRoles } from '../../src/auth/users-and-roles.ts';
import { GrpcServer } from '../../src/grpc/grpc-server.ts';
import { memberServices } from '../../src/services/member-services.ts';
import { Store } from '../../src/state/store.ts';
import { LoneMember } from '../services/lone-member.ts';

/** Our services over gRPC on a member that is alone: what clients see of us, but for time and failures. */
export interface LoneServer {
  readonly address: string;
  stop(): Promise<void>;
}

export async function startLoneServer(): Promise<LoneServer> {
  const world = platformWorld();
  const usersAndRoles = new UsersAndRoles();
  const store = new Store({ auth: usersAndRoles });
  const member = new LoneMember(store, world);
  // As cheap as the oracle's: these tests authenticate often.
  const passwords = new ScryptHashing({ costLog2: 4, parallelization: 1 });
  const methods = memberServices({ member, store, usersAndRoles, world, passwords });
  const server = new GrpcServer(methods, world);
  const listener = await nodeNetwork().listen(0, (connection) => server.serve(connection));
  return {
    address: `127.0.0.1:${listener.address.port}`,
    stop: async () => {
      await listener.close();
      server.destroy();
    },
  };
}
