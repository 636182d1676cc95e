import { type Random, seededRandom } from '@holdfast/core';
import { History } from '../../src/check/history/history.ts';
import type {
  ListValue,
  Transaction,
  TransactionAnswer,
  TransactionOperation,
} from '../../src/check/serializability/transaction.ts';

export type TransactionHistory = History<Transaction, TransactionAnswer>;
type Lists = Map<string, readonly ListValue[]>;

export interface TransactionsOptions {
  readonly seed: number;
  readonly transactions: number;
  readonly clients: number;
  readonly keys: number;
  readonly steps: number;
  readonly unknown?: number;
  readonly failed?: number;
  /** Transactions read a snapshot as of their beginning, and fail when somebody else appended to their keys since. */
  readonly snapshots?: boolean;
}

interface Running {
  readonly id: number;
  readonly transaction: Transaction;
  /** As of its beginning. */
  readonly snapshot: Lists;
  answer: TransactionAnswer | undefined;
}

/** The history of clients of a real database that does one transaction after the other, with random delays. */
export function executeTransactions(options: TransactionsOptions): TransactionHistory {
  const { seed, transactions, clients, keys, steps, unknown = 0, failed = 0, snapshots = false } = options;
  const random = seededRandom(seed);
  const history: TransactionHistory = new History();
  const lists: Lists = new Map();
  const running = new Map<number, Running>();
  let time = 0;
  let made = 0;
  let values = 0;
  while (made < transactions || running.size > 0) {
    time++;
    const client = random.below(clients);
    const its = running.get(client);
    if (its === undefined) {
      if (made++ >= transactions) continue;
      const transaction = Array.from({ length: random.below(steps) + 1 }, () => {
        const key = `k${random.below(keys)}`;
        return random.below(2) === 0
          ? { kind: 'read' as const, key }
          : { kind: 'append' as const, key, value: ++values };
      });
      const id = history.invoke(time, `c${client}`, transaction);
      running.set(client, { id, transaction, snapshot: new Map(lists), answer: undefined });
    } else if (its.answer !== undefined) {
      history.ok(its.id, time, its.answer);
      running.delete(client);
    } else if (random.below(100) < unknown) {
      if (random.below(2) === 0) apply(its.transaction, lists);
      history.unknown(its.id, time);
      running.delete(client);
    } else if (random.below(100) < failed || (snapshots && conflicts(its, lists))) {
      history.failed(its.id, time);
      running.delete(client);
    } else if (snapshots) {
      its.answer = apply(its.transaction, its.snapshot);
      for (const { kind, key } of its.transaction)
        if (kind === 'append') lists.set(key, its.snapshot.get(key)!);
    } else {
      its.answer = apply(its.transaction, lists);
    }
  }
  return history;
}

function conflicts({ transaction, snapshot }: Running, lists: Lists): boolean {
  return transaction.some(({ kind, key }) => kind === 'append' && snapshot.get(key) !== lists.get(key));
}

function apply(transaction: Transaction, lists: Lists): TransactionAnswer {
  return transaction.map((step) => {
    const list = lists.get(step.key) ?? [];
    if (step.kind === 'read') return list;
    lists.set(step.key, [...list, step.value]);
    return null;
  });
}

/** Whether some order of some of the transactions gives the same answers: tries every one. */
export function isSerializable(operations: readonly TransactionOperation[], realTime: boolean): boolean {
  const order: TransactionOperation[] = [];
  const isAnswered = ({ outcome }: TransactionOperation) => outcome === 'ok';
  const place = (left: readonly TransactionOperation[]): boolean => {
    if (!left.some(isAnswered)) return true;
    return left.some((next) => {
      if (realTime && left.some((other) => isAnswered(other) && other.completed! < next.invoked))
        return false;
      order.push(next);
      const found = answersAlike(order) && place(left.filter((each) => each !== next));
      order.pop();
      return found;
    });
  };
  return place(operations.filter(({ outcome }) => outcome !== 'failed'));
}

function answersAlike(order: readonly TransactionOperation[]): boolean {
  const lists: Lists = new Map();
  return order.every(({ input, outcome, output }) => {
    const answer = apply(input, lists);
    return outcome !== 'ok' || JSON.stringify(answer) === JSON.stringify(output);
  });
}

/** Changes what one transaction read, or what became of one: false when there was nothing to change. */
export function disturb(history: TransactionHistory, random: Random): TransactionHistory | undefined {
  const { operations } = structuredClone(history.toJSON());
  const target = operations[random.below(operations.length)] as unknown as {
    outcome: string;
    output?: (ListValue[] | null)[];
    input: Transaction;
  };
  if (random.below(4) === 0) {
    if (target.outcome !== 'ok') return undefined;
    target.outcome = random.below(2) === 0 ? 'failed' : 'unknown';
    delete target.output;
  } else {
    const at = target.output?.findIndex((list) => list !== null) ?? -1;
    if (at < 0) return undefined;
    const list = target.output![at]!;
    const other = operations.flatMap(({ output, input }) =>
      (output ?? []).filter((read, step) => read !== null && input[step]!.key === target.input[at]!.key),
    ) as ListValue[][];
    const replaced = [
      list.slice(0, -1),
      list.toReversed(),
      [...list, list[0] ?? 99],
      list.toSpliced(random.below(list.length + 1), 1),
      other[random.below(other.length)]!,
      other[random.below(other.length)]!,
    ];
    target.output![at] = [...replaced[random.below(replaced.length)]!];
  }
  return History.fromJSON({ version: 1, operations });
}
