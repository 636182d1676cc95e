import { type ComponentRegistry, componentRegistry } from '@holdfast/core';

/** A client of a cluster, as people see it. */
export interface InspectedClient {
  report(): ClientReport;
}

export interface ClientReport {
  /** Of the engine: `cluster`, `etcd`. */
  readonly name: string;
  readonly endpoints: readonly EndpointReport[];
}

export interface EndpointReport {
  readonly host: string;
  readonly port: number;
  /** `used`: it is asked first. `connected`: it could be asked at once. `avoided`: it has failed, and is left alone a while. */
  readonly state: 'used' | 'connected' | 'avoided' | 'idle';
  /** Since the client was made: connections and calls that it could not serve. Calls that fail together are one. */
  readonly failures: number;
  /** The code of the last of them. */
  readonly lastFailure: string | undefined;
}

/** The clients of clusters that are open in this process. */
export const clusterClients: ComponentRegistry<InspectedClient> =
  componentRegistry('holdfast.cluster-clients');
