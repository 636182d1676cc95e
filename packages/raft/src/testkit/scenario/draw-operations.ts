import type { Random } from '@holdfast/core';
import type { TimedOperation } from '@holdfast/simulation';
import type { RaftOperation } from './raft-operation.ts';
import type { Order, OrderKind, RaftScenarioOptions } from './raft-scenario-options.ts';

/** Whose work the orders are. */
export const operator = 'operator';

/** How many orders come together at most, and within how long, in microseconds. */
const ordersMax = 3;
const ordersLength = 60_000;
/** How many operations come together at most, and within how long, in microseconds. */
const burstMax = 8;
const burstLength = 20_000;

/**
 * The work of one run: operations of clients, alone and in bursts, and an order of the operator now and then. Clients
 * are called after the hosts that they live on.
 */
export function drawOperations(
  options: RaftScenarioOptions,
  storm: number,
  random: Random,
): TimedOperation<RaftOperation>[] {
  const { voters, learners = [], spares = [], clients = 2, rate = 15 } = options;
  const { orders = defaultOrders, ordersPerSecond = 2 } = options;
  const names = [...voters, ...learners, ...spares].flatMap((host) => clientsOn(host, clients));
  const count = Math.floor((storm / 1_000_000) * rate);
  const operations: TimedOperation<RaftOperation>[] = [];
  while (operations.length < count) {
    const at = random.below(storm);
    const burst = random.below(4) === 0 ? 1 + random.below(burstMax) : 1;
    for (let member = 0; member < burst; member++) {
      const moment = burst === 1 ? at : Math.min(storm - 1, at + random.below(burstLength));
      const client = names[random.below(names.length)]!;
      const operation = drawClientOperation(options, operations.length + 1, random);
      operations.push({ at: moment, client, operation });
    }
  }
  const seconds = storm / 1_000_000;
  for (let count = orders.length === 0 ? 0 : Math.floor(ordersPerSecond * seconds); count > 0; count--) {
    const at = random.below(storm);
    const together = random.below(2) === 0 ? 1 : 1 + random.below(ordersMax);
    for (let order = 0; order < together; order++) {
      const kind = orders[random.below(orders.length)]!;
      const moment = Math.min(storm - 1, at + (order === 0 ? 0 : random.below(ordersLength)));
      operations.push({ at: moment, client: operator, operation: drawOrder(kind, options, random) });
    }
  }
  return operations.sort((one, other) => one.at - other.at);
}

export const defaultOrders: readonly OrderKind[] = [
  'transfer',
  'campaign',
  'isolate-leader',
  'pause-leader',
  'cut-from-leader',
  'restart',
];

/** The clients that live on `host`. */
export function clientsOn(host: string, clients: number): readonly string[] {
  return Array.from({ length: clients }, (_, index) => `${host}/client-${index + 1}`);
}

function drawClientOperation(options: RaftScenarioOptions, value: number, random: Random): RaftOperation {
  const { keys = 3, readsPerHundred = 40 } = options;
  const key = `key-${1 + random.below(keys)}`;
  if (random.below(100) < readsPerHundred) return { kind: 'get', key, anywhere: random.below(2) === 0 };
  return { kind: random.below(3) === 0 ? 'cas' : 'put', key, value };
}

function drawOrder(kind: OrderKind, options: RaftScenarioOptions, random: Random): Order {
  const { voters, learners = [], spares = [] } = options;
  const pick = (hosts: readonly string[]): string => hosts[random.below(hosts.length)]!;
  switch (kind) {
    case 'transfer':
      return { kind, to: pick(voters) };
    case 'campaign':
      return { kind, host: pick(voters) };
    case 'leave-joint':
      return { kind };
    case 'isolate-leader':
    case 'pause-leader':
      return { kind, for: long(random) };
    case 'cut-from-leader':
      return { kind, host: pick(voters), for: long(random) };
    case 'fumble-transfer':
      return { kind, to: pick(voters), after: duration(500, 8, random), for: long(random) };
    case 'abandon':
      return { kind, host: pick(voters), after: 400_000 + random.below(200_000), for: 1_000_000 };
    case 'restart':
      return { kind, host: random.below(2) === 0 ? null : pick(voters), for: short(random) };
    case 'drift': {
      const { drift = 0 } = options;
      return { kind, partsPerMillion: random.below(4) === 0 ? 0 : drift };
    }
    case 'lose-disk':
      return { kind, host: pick([...voters, ...learners]) };
    case 'change-members':
      return drawChange([...voters, ...learners, ...spares], random);
  }
}

/** From `least` on, so many doublings, each as likely as the others. */
function duration(least: number, doublings: number, random: Random): number {
  const from = least * 2 ** random.below(doublings);
  return from + random.below(from);
}

/** Long enough, mostly, for others to elect. */
function long(random: Random): number {
  return duration(200_000, 3, random);
}

function short(random: Random): number {
  return duration(10_000, 6, random);
}

/** Some hosts are to vote, some to learn, and the rest to be left out. */
function drawChange(hosts: readonly string[], random: Random): Order {
  const rest = [...hosts];
  const take = (count: number): string[] =>
    Array.from({ length: count }, () => rest.splice(random.below(rest.length), 1)[0]!).sort();
  const voters = take(1 + random.below(hosts.length));
  const learners = take(random.below(rest.length + 1));
  const by = (['automatic', 'automatic', 'joint', 'joint-explicit'] as const)[random.below(4)]!;
  return { kind: 'change-members', voters, learners, by };
}
