import type { Random } from '@holdfast/core';
import type { TimedOperation } from '@holdfast/simulation';
import type { RaftOperation } from './raft-operation.ts';
import type { Order, OrderKind, RaftScenarioOptions } from './raft-scenario-options.ts';

/** Whose work the orders are. */
export const operator = 'operator';

/** One order for so many operations of clients. */
const operationsPerOrder = 15;

/** The work of one run: operations of clients at random moments, and an order of the operator now and then. */
export function drawOperations(
  options: RaftScenarioOptions,
  storm: number,
  random: Random,
): TimedOperation<RaftOperation>[] {
  const { clients = 4, keys = 3, rate = 15, orders = ['transfer', 'campaign'] } = options;
  const count = Math.floor((storm / 1_000_000) * rate);
  const operations: TimedOperation<RaftOperation>[] = [];
  for (let number = 1; number <= count; number++) {
    const at = random.below(storm);
    if (orders.length > 0 && random.below(operationsPerOrder) === 0) {
      const kind = orders[random.below(orders.length)]!;
      operations.push({ at, client: operator, operation: drawOrder(kind, options, random) });
    } else {
      const client = `client-${1 + random.below(clients)}`;
      operations.push({ at, client, operation: drawClientOperation(keys, number, random) });
    }
  }
  return operations.sort((one, other) => one.at - other.at);
}

function drawClientOperation(keys: number, value: number, random: Random): RaftOperation {
  const key = `key-${1 + random.below(keys)}`;
  switch (random.below(5)) {
    case 0:
    case 1:
      return { kind: 'put', key, value };
    case 2:
      return { kind: 'cas', key, value };
    default:
      return { kind: 'get', key, anywhere: random.below(2) === 0 };
  }
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
    case 'lose-disk':
      return { kind, host: pick([...voters, ...learners]) };
    case 'change-members':
      return drawChange([...voters, ...learners, ...spares], random);
  }
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
