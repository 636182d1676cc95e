import { platformWorld } from '@holdfast/core';
import { type ClusterClient, type ClusterClientOptions, clusterClient } from '../client/cluster-client.ts';
import { nativeChannels } from '../native/native-channels.ts';
import type { MemberThread } from './member-thread.ts';
import { connectingNetwork } from './port-network.ts';
import { patientChannels } from './thread-channels.ts';

/** A client of members in threads of this process, of which `threadOf` tells the one of that name that is there now. */
export function threadClient(
  names: readonly string[],
  threadOf: (name: string) => MemberThread | undefined,
  limits: Pick<ClusterClientOptions, 'requestTimeout' | 'attemptTimeout'> = {},
): ClusterClient {
  const { clock, random, timers } = platformWorld();
  const network = connectingNetwork(({ host }, port) => threadOf(host)?.connect(port) === true);
  return clusterClient({
    ...limits,
    endpoints: names.map((host) => ({ host, port: 1 })),
    channels: nativeChannels({ clock, random, timers, network }, { channel: patientChannels }),
  });
}
