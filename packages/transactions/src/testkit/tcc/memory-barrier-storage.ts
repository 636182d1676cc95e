import { assert } from '@holdfast/core';
import type { BarrierMark } from '../../tcc/barrier-call.ts';
import type { BarrierStorage, MarkKey } from '../../tcc/barrier-storage.ts';

/** A participant's database in memory, for tests: numbers and the barrier's marks, in transactions one after another. */
export class MemoryParticipantDatabase {
  #numbers = new Map<string, number>();
  #marks = new Map<string, BarrierMark>();
  #last: Promise<unknown> = Promise.resolve();

  /** What is committed; 0 where nothing is. */
  value(key: string): number {
    return this.#numbers.get(key) ?? 0;
  }

  get marks(): ReadonlyMap<string, BarrierMark> {
    return this.#marks;
  }

  /** Runs `work` in a transaction: all of it happens, or nothing when it throws. The next one waits for its end. */
  transact<Result>(work: (transaction: MemoryTransaction) => Promise<Result>): Promise<Result> {
    const next = this.#last.then(async () => {
      const transaction = new MemoryTransaction(this.#numbers, this.#marks);
      const result = await work(transaction);
      this.#numbers = transaction.numbers;
      this.#marks = transaction.marks;
      return result;
    });
    this.#last = next.catch(() => {});
    return next;
  }
}

export class MemoryTransaction {
  readonly numbers: Map<string, number>;
  readonly marks: Map<string, BarrierMark>;

  constructor(numbers: ReadonlyMap<string, number>, marks: ReadonlyMap<string, BarrierMark>) {
    this.numbers = new Map(numbers);
    this.marks = new Map(marks);
  }

  add(key: string, amount: number): void {
    this.numbers.set(key, (this.numbers.get(key) ?? 0) + amount);
  }
}

export const memoryBarrierStorage: BarrierStorage<MemoryTransaction> = {
  async lock({ marks }, key) {
    const text = textOf(key);
    const mark = marks.get(text) ?? { state: 'new', results: {} };
    marks.set(text, mark);
    return mark;
  },
  async write({ marks }, key, mark) {
    const text = textOf(key);
    assert(marks.has(text), 'a mark is locked before it is written');
    marks.set(text, mark);
  },
  async expired({ marks }, now, limit) {
    return [...marks]
      .filter(([, { state, expiresAt = Number.POSITIVE_INFINITY }]) => state === 'tried' && expiresAt <= now)
      .sort(([, one], [, other]) => one.expiresAt! - other.expiresAt!)
      .slice(0, limit)
      .map(([text]) => keyOf(text));
  },
};

function textOf({ transaction, branch }: MarkKey): string {
  return JSON.stringify([transaction, branch]);
}

function keyOf(text: string): MarkKey {
  const [transaction, branch] = JSON.parse(text) as [string, string];
  return { transaction, branch };
}
