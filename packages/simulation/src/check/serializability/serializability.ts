import { invalidArgument } from '@holdfast/core';
import type { History } from '../history/history.ts';
import type { Anomaly } from './anomaly.ts';
import { describeTransaction } from './anomaly.ts';
import { findCycles } from './cycles.ts';
import { dependencyGraph } from './dependency-graph.ts';
import { directAnomalies } from './direct-anomalies.ts';
import {
  Appends,
  type ListValue,
  readings,
  type Transaction,
  type TransactionAnswer,
  type TransactionOperation,
} from './transaction.ts';
import { versionOrders } from './version-order.ts';

/** What transactions may promise, the weakest first. */
export type Isolation = 'snapshot-isolation' | 'serializable' | 'strict-serializable';

export interface SerializabilityOptions {
  /** Default `'strict-serializable'`. */
  readonly isolation?: Isolation;
}

export interface SerializabilityResult {
  readonly verdict: 'ok' | 'violated';
  /** Transactions that happened or may have. */
  readonly transactions: number;
  /** What the promise forbids and the history shows, the plainest first. */
  readonly anomalies: readonly Anomaly[];
  /** What was found, by name, and the first of each told in full. Empty when nothing was. */
  readonly text: string;
}

/**
 * Whether transactions that read lists and append to them keep to a level of isolation: the method of Elle (Kingsbury
 * & Alvaro, VLDB 2020). Reads show in which order values were appended, hence which transaction must come before
 * which; a cycle is a violation. It takes time in proportion to the history, finds nothing that is not there, and
 * finds the more the more is read. Values must be unique within their key.
 *
 * @throws INVALID_ARGUMENT when a value was appended to a key twice, or the isolation is unknown.
 */
export function checkSerializability(
  history: History<Transaction, TransactionAnswer> | readonly TransactionOperation[],
  { isolation = 'strict-serializable' }: SerializabilityOptions = {},
): SerializabilityResult {
  if (!isolations.includes(isolation)) {
    throw invalidArgument('isolation', isolation, `one of ${isolations.join(', ')}`);
  }
  const operations = 'operations' in history ? history.operations : history;
  const appends = new Appends(operations);
  const repeated = appends.repeated[0];
  if (repeated !== undefined) {
    throw invalidArgument('value', repeated.value, `appended to ${repeated.key} only once in a history`);
  }
  const realTime = isolation === 'strict-serializable';
  const reads = readings(operations);
  const { orders, anomalies: incompatible } = versionOrders(reads);
  const graph = dependencyGraph(operations, reads, appends, orders, realTime);
  const anomalies = [
    ...directAnomalies(operations, reads, appends),
    ...incompatible,
    ...(realTime ? lostAppends(operations, appends, orders) : []),
    ...findCycles(graph, realTime, isolation !== 'snapshot-isolation'),
  ];
  return {
    verdict: anomalies.length === 0 ? 'ok' : 'violated',
    transactions: graph.transactions.length,
    anomalies,
    text: anomalies.length === 0 ? '' : tell(isolation, anomalies),
  };
}

const isolations: readonly Isolation[] = ['snapshot-isolation', 'serializable', 'strict-serializable'];

/** Acknowledged appends that no read has seen, though some began after the acknowledgement. */
function lostAppends(
  operations: readonly TransactionOperation[],
  appends: Appends,
  orders: ReadonlyMap<string, readonly ListValue[]>,
): Anomaly[] {
  const lastReader = new Map<string, TransactionOperation>();
  for (const operation of operations) {
    if (operation.outcome !== 'ok') continue;
    for (const { kind, key } of operation.input) if (kind === 'read') lastReader.set(key, operation);
  }
  const lost: Anomaly[] = [];
  for (const [key, order] of orders) {
    const seen = new Set(order);
    const reader = lastReader.get(key);
    for (const [value, writer] of appends.of(key)) {
      if (seen.has(value) || writer.outcome !== 'ok' || reader === undefined) continue;
      if (reader.invoked < writer.completed!) continue;
      const text = [
        `lost-append: nobody ever read ${value} in ${key}, though it was acknowledged before ${key} was read again`,
        `  ${describeTransaction(writer)}`,
        `  ${describeTransaction(reader)}`,
      ].join('\n');
      lost.push({ kind: 'lost-append', transactions: [writer, reader], text });
    }
  }
  return lost;
}

function tell(isolation: Isolation, anomalies: readonly Anomaly[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of anomalies) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const summary = [...counts].map(([kind, count]) => `${kind}: ${count}`).join(', ');
  const firsts = [...counts.keys()].map((kind) => anomalies.find((each) => each.kind === kind)!.text);
  return [`not ${isolation} (${summary})`, ...firsts].join('\n');
}
