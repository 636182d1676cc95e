import type { InspectedClient } from '@holdfast/cluster';
import { componentRegistry } from '@holdfast/core';
import type { AdminClusterClient } from './admin-api.ts';

const clients = componentRegistry<InspectedClient>('holdfast.cluster-clients');

export function hasClients(): boolean {
  return clients.list().length > 0;
}

/** The clients of clusters that this process has open. */
export function describeClients(): AdminClusterClient[] {
  return clients.list().map((client) => client.report());
}
