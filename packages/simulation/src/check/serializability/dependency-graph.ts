import type { Appends, ListValue, Reading, TransactionOperation } from './transaction.ts';

/**
 * Why one transaction comes before another: `ww` its append is followed by the other's, `wr` the other read its
 * append, `rw` the other's append is missing from what it read, `rt` it had ended before the other began.
 */
export type DependencyKind = 'ww' | 'wr' | 'rw' | 'rt';

export interface Dependency {
  readonly from: number;
  readonly to: number;
  readonly kind: DependencyKind;
  readonly key: string;
  /** The value that was appended or missing. */
  readonly value: ListValue | undefined;
}

/** Nodes from 0; those from `transactions.length` on are moments in time. */
export interface DependencyGraph {
  readonly transactions: readonly TransactionOperation[];
  readonly edges: readonly (readonly Dependency[])[];
}

/** Of the appends to one key that nobody read, so many of the earliest are counted; the others constrain nothing. */
const unreadMax = 64;

/** Builds the graph of all transactions that happened or may have. */
export function dependencyGraph(
  operations: readonly TransactionOperation[],
  reads: readonly Reading[],
  appends: Appends,
  orders: ReadonlyMap<string, readonly ListValue[]>,
  realTime: boolean,
): DependencyGraph {
  const transactions = operations.filter(({ outcome }) => outcome !== 'failed');
  const numbers = new Map(transactions.map((each, number) => [each, number]));
  const edges: Dependency[][] = transactions.map(() => []);
  const link = (
    from: TransactionOperation | undefined,
    to: TransactionOperation | undefined,
    kind: DependencyKind,
    key: string,
    value: ListValue,
  ): void => {
    if (from === undefined || to === undefined || from === to) return;
    const [a, b] = [numbers.get(from), numbers.get(to)];
    if (a !== undefined && b !== undefined) edges[a]!.push({ from: a, to: b, kind, key, value });
  };
  const unreadOf = new Map<string, [ListValue, TransactionOperation][]>();
  const placeOf = new Map<string, Map<ListValue, number>>();
  // Of a transaction with an unknown outcome, one append that was read proves that all of it happened.
  const happened = new Set(operations.filter(({ outcome }) => outcome === 'ok'));
  for (const [key, order] of orders) {
    for (const value of order) {
      const writer = appends.writer(key, value);
      if (writer !== undefined) happened.add(writer);
    }
  }
  for (const key of new Set([...appends.keys, ...orders.keys()])) {
    const order = orders.get(key) ?? [];
    const places = new Map(order.map((value, place) => [value, place]));
    placeOf.set(key, places);
    const unread = [...appends.of(key)]
      .filter(([value, writer]) => happened.has(writer) && !places.has(value))
      .slice(0, unreadMax);
    unreadOf.set(key, unread);
    for (let place = 1; place < order.length; place++) {
      const value = order[place]!;
      link(appends.writer(key, order[place - 1]!), appends.writer(key, value), 'ww', key, value);
    }
    if (order.length === 0) continue;
    const last = appends.writer(key, order.at(-1)!);
    for (const [value, writer] of unread) link(last, writer, 'ww', key, value);
  }
  for (const { reader, key, list } of reads) {
    const last = list.at(-1);
    const writer = last === undefined ? undefined : appends.writer(key, last);
    if (last !== undefined) link(writer, reader, 'wr', key, last);
    const place = last === undefined ? -1 : placeOf.get(key)!.get(last);
    if (place === undefined || (writer !== undefined && writer === reader)) continue;
    const next = orders.get(key)![place + 1];
    if (next !== undefined) link(reader, appends.writer(key, next), 'rw', key, next);
    else for (const [value, unread] of unreadOf.get(key)!) link(reader, unread, 'rw', key, value);
  }
  if (realTime) addRealTime(transactions, edges);
  return { transactions, edges };
}

/**
 * Orders by real time with edges in proportion to the transactions: each moment between ends and a call is a node,
 * from which only later moments and calls are reached.
 */
function addRealTime(transactions: readonly TransactionOperation[], edges: Dependency[][]): void {
  const ends = transactions
    .map((transaction, number) => ({ place: transaction.completed, number, outcome: transaction.outcome }))
    .filter(({ place, outcome }) => place !== undefined && outcome === 'ok')
    .sort((a, b) => a.place! - b.place!);
  const link = (from: number, to: number): void => {
    edges[from]!.push({ from, to, kind: 'rt', key: '', value: undefined });
  };
  let ended = 0;
  let moment: number | undefined;
  transactions.forEach(({ invoked }, number) => {
    const first = ended;
    while (ended < ends.length && ends[ended]!.place! < invoked) ended++;
    if (ended > first) {
      const next = edges.push([]) - 1;
      if (moment !== undefined) link(moment, next);
      for (const { number: before } of ends.slice(first, ended)) link(before, next);
      moment = next;
    }
    if (moment !== undefined) link(moment, number);
  });
}
