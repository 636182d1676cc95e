import { type ClusterClient, clusterClient, nativeChannels } from '@holdfast/cluster';
import { platformWorld } from '@holdfast/core';
import { nodeNetwork } from '@holdfast/runtime';
import { type LedgerEngine, storeLedger } from '@holdfast/transactions';

/** The ledger of the orders, and the client of the store in which it is. */
export interface OrdersLedger {
  readonly store: ClusterClient;
  readonly engine: LedgerEngine;
}

/** @param endpoints - of the store. */
export function ordersLedger(endpoints: readonly string[]): OrdersLedger {
  const { clock, random, timers } = platformWorld();
  const world = { clock, random, timers, network: nodeNetwork() };
  const store = clusterClient({ endpoints, channels: nativeChannels(world), world, engine: 'store' });
  return { store, engine: storeLedger({ store, world, worker: 'orders' }) };
}
