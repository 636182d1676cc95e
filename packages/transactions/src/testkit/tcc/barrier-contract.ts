import { assert, isHoldfastError, type JsonValue } from '@holdfast/core';
import { type Barrier, createBarrier } from '../../tcc/barrier.ts';
import type { BarrierCall, TccOperation } from '../../tcc/barrier-call.ts';
import type { BarrierStorage, MarkKey } from '../../tcc/barrier-storage.ts';
import { equal } from '../expectations.ts';

/** A barrier's storage under test, in a database that has numbers as well. */
export interface BarrierUnderTest<Transaction = unknown> {
  readonly storage: BarrierStorage<Transaction>;
  /** Runs `work` in a transaction of its own, and commits it; rolls it back when `work` throws. */
  transact<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  /** Adds to the number of `key`, in the transaction. */
  add(transaction: Transaction, key: string, amount: number): Promise<void>;
  /** What is committed under `key`; 0 where nothing is. */
  read(key: string): Promise<number>;
  /** Begins names of this case alone, of transactions and of keys. At most 60 characters. */
  readonly prefix: string;
}

/** One promise of a `BarrierStorage` and of the barrier on it. */
export interface BarrierCase {
  readonly name: string;
  /** Rejects unless it is kept. */
  run(under: BarrierUnderTest): Promise<void>;
}

/**
 * What every `BarrierStorage` has to keep, as cases for any test runner:
 *
 *     for (const { name, run } of barrierContract) test(name, () => run(under));
 */
export const barrierContract: readonly BarrierCase[] = [
  {
    name: 'a try and its confirm are done once each, however often they come',
    async run(under) {
      const calls = callsOf(under);
      equal(await calls.do('try', 1), 'fresh 1', 'a try');
      equal(await calls.do('try', 2), 'duplicate 1', 'a try again');
      equal(await calls.do('confirm', 3), 'fresh 3', 'a confirm');
      equal(await calls.do('confirm', 4), 'duplicate 3', 'a confirm again');
      equal(await calls.do('try', 5), 'duplicate 1', 'a try after the confirm');
      equal(await calls.count(), 2, 'how often work was done');
    },
  },
  {
    name: 'a try and its cancel are done once each, and the try never again',
    async run(under) {
      const calls = callsOf(under);
      equal(await calls.do('try', 1), 'fresh 1', 'a try');
      equal(await calls.do('cancel', 2), 'fresh 2', 'a cancel');
      equal(await calls.do('cancel', 3), 'duplicate 2', 'a cancel again');
      equal(await calls.do('try', 4), 'lateTry', 'a try after the cancel');
      equal(await calls.count(), 2, 'how often work was done');
    },
  },
  {
    name: 'a cancel without a try is empty, and keeps the try out for ever',
    async run(under) {
      const calls = callsOf(under);
      equal(await calls.do('cancel', 1), 'emptyCancel', 'a cancel');
      equal(await calls.do('try', 2), 'lateTry', 'a late try');
      equal(await calls.do('try', 3), 'lateTry', 'a late try again');
      equal(await calls.do('cancel', 4), 'emptyCancel', 'a cancel again');
      equal(await calls.count(), 0, 'how often work was done');
    },
  },
  {
    name: 'what contradicts what is done is refused, and changes nothing',
    async run(under) {
      const untried = callsOf(under, 'untried');
      equal(await untried.do('confirm', 1), 'refused new', 'a confirm without a try');
      equal(await untried.do('try', 2), 'fresh 2', 'a try after it');
      const cancelled = callsOf(under, 'cancelled');
      await cancelled.do('try', 1);
      await cancelled.do('cancel', 2);
      equal(await cancelled.do('confirm', 3), 'refused cancelled', 'a confirm after a cancel');
      equal(await cancelled.do('cancel', 4), 'duplicate 2', 'a cancel after it');
      const confirmed = callsOf(under, 'confirmed');
      await confirmed.do('try', 1);
      await confirmed.do('confirm', 2);
      equal(await confirmed.do('cancel', 3), 'refused confirmed', 'a cancel after a confirm');
      equal(await confirmed.do('confirm', 4), 'duplicate 2', 'a confirm after it');
      const fenced = callsOf(under, 'fenced');
      await fenced.do('cancel', 1);
      equal(await fenced.do('confirm', 2), 'refused fenced', 'a confirm after an empty cancel');
    },
  },
  {
    name: 'the mark and the work are one transaction: when the work fails, the call may come again',
    async run(under) {
      const calls = callsOf(under);
      const failed = await calls.do('try', 1, new Error('no seat left')).catch((error: unknown) => error);
      equal(String(failed), 'Error: no seat left', 'what the caller gets');
      equal(await calls.count(), 0, 'how often work was done');
      equal(await calls.do('try', 2), 'fresh 2', 'the try again');
      await calls.do('confirm', 3, new Error('lost')).catch(() => {});
      equal(await calls.do('confirm', 4), 'fresh 4', 'the confirm again');
      equal(await calls.count(), 2, 'how often work was done');
    },
  },
  {
    name: 'when the transaction is rolled back after the work, the call may come again',
    async run(under) {
      const calls = callsOf(under);
      const attempt = under.transact(async (transaction) => {
        await calls.barrier(transaction, calls.call('try'), async () => {
          await under.add(transaction, calls.key, 1);
          return 1;
        });
        throw new Error('rolled back');
      });
      await attempt.catch(() => {});
      equal(await calls.count(), 0, 'how often work was done');
      equal(await calls.do('try', 2), 'fresh 2', 'the try again');
      const empty = callsOf(under, 'empty');
      const cancel = under.transact(async (transaction) => {
        await empty.barrier(transaction, empty.call('cancel'), async () => 1);
        throw new Error('rolled back');
      });
      await cancel.catch(() => {});
      equal(await empty.do('try', 1), 'fresh 1', 'a try after a cancel that was rolled back');
    },
  },
  {
    name: 'of the same call coming many times at once, one does the work',
    async run(under) {
      const calls = callsOf(under);
      for (const operation of ['try', 'confirm'] as const) {
        const verdicts = await Promise.all(
          Array.from({ length: 8 }, (_, n) => untilJudged(() => calls.do(operation, n))),
        );
        const fresh = verdicts.filter((verdict) => verdict.startsWith('fresh'));
        equal(fresh.length, 1, `how many ${operation} were fresh`);
        const others = new Set(verdicts.filter((verdict) => !verdict.startsWith('fresh')));
        equal([...others].join(), fresh[0]!.replace('fresh', 'duplicate'), 'what the others were');
      }
      equal(await calls.count(), 2, 'how often work was done');
    },
  },
  {
    name: 'of a try and a cancel at once, either the try is undone or it never happens',
    async run(under) {
      for (let round = 0; round < 5; round++) {
        const calls = callsOf(under, `round-${round}`);
        const [tried, cancelled] = await Promise.all([
          untilJudged(() => calls.do('try', 1)),
          untilJudged(() => calls.do('cancel', -1)),
        ]);
        const both = `${tried} ${cancelled}`;
        assert(
          both === 'fresh 1 fresh -1' || both === 'lateTry emptyCancel',
          `a try and a cancel at once: ${both}`,
        );
        equal(await calls.count(), tried === 'lateTry' ? 0 : 2, 'how often work was done');
      }
    },
  },
  {
    name: 'of a confirm and a cancel at once, one is done and the other refused',
    async run(under) {
      for (let round = 0; round < 5; round++) {
        const calls = callsOf(under, `round-${round}`);
        await calls.do('try', 1);
        const verdicts = await Promise.all([
          untilJudged(() => calls.do('confirm', 2)),
          untilJudged(() => calls.do('cancel', 3)),
        ]);
        const both = verdicts.join(', ');
        assert(
          both === 'fresh 2, refused confirmed' || both === 'refused cancelled, fresh 3',
          `a confirm and a cancel at once: ${both}`,
        );
        equal(await calls.count(), 2, 'how often work was done');
      }
    },
  },
  {
    name: 'every kind of result comes back as it was, to a duplicate as well',
    async run(under) {
      const results: readonly (JsonValue | undefined)[] = [
        undefined,
        null,
        0,
        '',
        'text with \u0000 no, but \u{1f600}'.replace('\u0000', ''),
        [1, { a: null }],
        { nested: { deep: [true, false] } },
      ];
      for (const [index, result] of results.entries()) {
        const calls = callsOf(under, `result-${index}`);
        for (const verdict of ['fresh', 'duplicate']) {
          const answer = await under.transact((transaction) =>
            calls.barrier(transaction, calls.call('try'), async () => result),
          );
          equal(answer.verdict, verdict, 'the verdict');
          const given = 'result' in answer ? answer.result : 'nothing';
          equal(JSON.stringify(given), JSON.stringify(result), `the result of a ${verdict}`);
        }
      }
    },
  },
  {
    name: 'transactions and branches do not get in each other’s way',
    async run(under) {
      const [one, other] = [callsOf(under, 'one'), callsOf(under, 'other')];
      equal(await one.do('try', 1), 'fresh 1', 'a try');
      equal(await one.do('try', 2, undefined, 'second'), 'fresh 2', 'a try of another branch');
      equal(await other.do('cancel', 1), 'emptyCancel', 'a cancel of another transaction');
      equal(await one.do('confirm', 3), 'fresh 3', 'a confirm');
      equal(await one.do('cancel', 4, undefined, 'second'), 'fresh 4', 'a cancel of the other branch');
    },
  },
  {
    name: 'names of every permitted length and character are told apart',
    async run(under) {
      const transaction = under.prefix.padEnd(218, 'x');
      const names = [`${transaction}a'`, `${transaction}b%`, `${transaction}A"`, `${transaction}a `];
      for (const name of names) {
        const call: BarrierCall = { transaction: name, branch: 'b'.repeat(40), operation: 'try' };
        const barrier = createBarrier(under.storage);
        const verdict = await under.transact((tx) => barrier(tx, call, async () => name.slice(-2)));
        equal(verdict.verdict, 'fresh', `a try under ${name.slice(-2)}`);
      }
    },
  },
  {
    name: 'reservations that have expired are listed until they are confirmed or cancelled',
    async run(under) {
      const [early, late, open, done] = ['early', 'late', 'open', 'done'].map((name) => callsOf(under, name));
      await late!.do('try', 1, undefined, undefined, 2_000);
      await early!.do('try', 1, undefined, undefined, 1_000);
      await open!.do('try', 1);
      await done!.do('try', 1, undefined, undefined, 1_000);
      await done!.do('confirm', 2);
      const listed = async (now: number, limit: number) => {
        const keys = await under.transact((transaction) => under.storage.expired(transaction, now, limit));
        return keys
          .filter(({ transaction }) => transaction.startsWith(under.prefix))
          .map(({ transaction }: MarkKey) => transaction.slice(under.prefix.length))
          .join(' ');
      };
      equal(await listed(999, 1_000), '', 'what has expired before');
      equal(await listed(1_000, 1_000), 'early', 'what has expired then');
      equal(await listed(2_000, 1_000), 'early late', 'what has expired after');
      equal(await listed(2_000, 1), 'early', 'the first that has expired');
      equal(await early!.do('cancel', 2), 'fresh 2', 'its cancel');
      equal(await late!.do('confirm', 2), 'fresh 2', 'a confirm that comes before the cancel');
      equal(await listed(2_000, 1_000), '', 'what has expired then');
    },
  },
  {
    name: 'calls that cannot be are refused, naming the field',
    async run(under) {
      const barrier = createBarrier(under.storage);
      const right: BarrierCall = { transaction: under.prefix, branch: 'a', operation: 'try' };
      const wrong: Readonly<Record<string, object>> = {
        'call.transaction': { transaction: '' },
        'call.branch': { branch: 'b'.repeat(41) },
        'call.operation': { operation: 'commit' },
        'call.expiresAt': { expiresAt: Number.NaN },
      };
      for (const [field, part] of Object.entries(wrong)) {
        const attempt = under.transact((tx) =>
          barrier(tx, { ...right, ...part } as BarrierCall, async () => 1),
        );
        const error = await attempt.catch((thrown: unknown) => thrown);
        assert(isHoldfastError(error), `a wrong ${field} is refused`);
        equal(error.context['field'], field, 'the field named');
      }
    },
  },
];

interface Calls {
  readonly key: string;
  readonly barrier: Barrier<unknown>;
  call(operation: TccOperation, branch?: string, expiresAt?: number): BarrierCall;
  /** The verdict, and the result if it has one. Its work adds 1 to the number of the transaction and gives `result`. */
  do(
    operation: TccOperation,
    result: number,
    failure?: Error,
    branch?: string,
    expiresAt?: number,
  ): Promise<string>;
  /** How often work was done. */
  count(): Promise<number>;
}

function callsOf(under: BarrierUnderTest, name = 'a'): Calls {
  const barrier = createBarrier(under.storage);
  const key = `${under.prefix}${name}`;
  const call: Calls['call'] = (operation, branch = 'branch', expiresAt) => ({
    transaction: key,
    branch,
    operation,
    expiresAt,
  });
  return {
    key,
    barrier,
    call,
    count: () => under.read(key),
    async do(operation, result, failure, branch, expiresAt) {
      const verdict = await under.transact((transaction) =>
        barrier(transaction, call(operation, branch, expiresAt), async () => {
          await under.add(transaction, key, 1);
          if (failure !== undefined) throw failure;
          return result;
        }),
      );
      if ('result' in verdict) return `${verdict.verdict} ${verdict.result}`;
      return verdict.verdict === 'refused' ? `refused ${verdict.state}` : verdict.verdict;
    },
  };
}

/** A database may break off one of two transactions that meet: the caller tries again. */
async function untilJudged(attempt: () => Promise<string>): Promise<string> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === 20) throw error;
    }
  }
}
