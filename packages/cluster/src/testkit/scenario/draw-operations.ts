import type { Random } from '@holdfast/core';
import type { TimedOperation } from '@holdfast/simulation';
import type { ClientOperation, ClusterOperation, Order, OrderKind } from './cluster-operation.ts';
import type { ClusterScenarioOptions } from './cluster-scenario-options.ts';

/** Whose work the orders are. */
export const operator = 'operator';

const defaultOrders: readonly OrderKind[] = ['move-leader', 'isolate-leader', 'restart', 'stop'];

/** How many operations come together at most, and within how long, in microseconds. */
const burstMax = 8;
const burstLength = 20_000;

/** The work of one run: operations of clients, alone and in bursts, and an order of the operator now and then. */
export function drawOperations(
  options: ClusterScenarioOptions,
  storm: number,
  random: Random,
): TimedOperation<ClusterOperation>[] {
  const {
    members,
    spares = [],
    outside,
    clients = 2,
    rate = 15,
    orders = defaultOrders,
    ordersPerSecond = 1,
  } = options;
  const names = (outside ?? [...members, ...spares]).flatMap((host) => clientsOn(host, clients));
  const seconds = storm / 1_000_000;
  const operations: TimedOperation<ClusterOperation>[] = [];
  while (operations.length < seconds * rate) {
    const at = random.below(storm);
    const burst = random.below(4) === 0 ? 1 + random.below(burstMax) : 1;
    for (let place = 0; place < burst; place++) {
      const moment = burst === 1 ? at : Math.min(storm - 1, at + random.below(burstLength));
      const client = names[random.below(names.length)]!;
      const operation = drawClientOperation(options, operations.length + 1, random);
      operations.push({ at: moment, client, operation });
    }
  }
  for (let left = orders.length === 0 ? 0 : Math.floor(ordersPerSecond * seconds); left > 0; left--) {
    const kind = orders[random.below(orders.length)]!;
    operations.push({
      at: random.below(storm),
      client: operator,
      operation: drawOrder(kind, options, random),
    });
  }
  return operations.sort((one, other) => one.at - other.at);
}

/** The clients that live on `host`. */
export function clientsOn(host: string, clients: number): readonly string[] {
  return Array.from({ length: clients }, (_, index) => `${host}/client-${index + 1}`);
}

function drawClientOperation(
  options: ClusterScenarioOptions,
  number: number,
  random: Random,
): ClientOperation {
  const { keys = 3, readsPerHundred = 40, leasesPerHundred = 5, renewalsMax = 5 } = options;
  const { watchesPerHundred = 0, holdsPerHundred = 0, leaseTtlMin = 1 } = options;
  if (watchesPerHundred > 0 && random.below(100) < watchesPerHundred) {
    return { kind: 'watch', prefix: ['', 'key-', 'key-1', 'lease-'][random.below(4)]! };
  }
  if (holdsPerHundred > 0 && random.below(100) < holdsPerHundred) return drawHold(random);
  if (random.below(100) < leasesPerHundred) {
    const ttl = leaseTtlMin + random.below(3);
    return { kind: 'lease', id: number, ttl, renewals: random.below(renewalsMax + 1) };
  }
  const key = `key-${1 + random.below(keys)}`;
  if (random.below(100) < readsPerHundred) return { kind: 'get', key };
  return { kind: random.below(3) === 0 ? 'cas' : 'put', key, value: number };
}

function drawHold(random: Random): ClientOperation {
  const what = random.below(2) === 0 ? 'lock' : 'election';
  return {
    kind: 'hold',
    what,
    name: `${what}-${1 + random.below(2)}`,
    ttl: 2 + random.below(2),
    for: random.below(600_000),
    patience: random.below(2) === 0 ? 0 : 50_000 + random.below(1_000_000),
  };
}

function drawOrder(kind: OrderKind, options: ClusterScenarioOptions, random: Random): Order {
  const { members, spares = [], isolationMin = 200_000 } = options;
  const pick = (hosts: readonly string[]): string => hosts[random.below(hosts.length)]!;
  const length = 10_000 * 2 ** random.below(8);
  const lasts = length + random.below(length);
  switch (kind) {
    case 'move-leader':
    case 'repair':
      return { kind };
    case 'isolate-leader':
      return { kind, for: isolationMin + lasts };
    case 'outrun':
      return { kind, host: pick(members), for: 200_000 + random.below(500_000) };
    case 'hand-over':
      return { kind, host: pick(members), for: 20_000 + lasts, isolated: random.below(2) === 0 };
    case 'come-back':
      return { kind, host: pick(members), for: 20_000 + random.below(400_000) };
    case 'compact':
      return { kind, keeping: random.below(20) };
    case 'drift': {
      const { drift = 0 } = options;
      return { kind, host: pick(members), partsPerMillion: random.below(2 * drift + 1) - drift };
    }
    case 'restart':
    case 'stop':
      return { kind, host: pick([...members, ...spares]), for: lasts };
    case 'lose-disk':
      return { kind, host: pick(members) };
    case 'replace':
      return { kind, host: pick(members), by: pick(spares) };
  }
}
