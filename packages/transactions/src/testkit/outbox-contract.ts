import { assert, type Duration } from '@holdfast/core';
import type { Checkpoints } from '../event-sourcing/checkpoints.ts';
import type { Inbox } from '../outbox/inbox.ts';
import type { Message } from '../outbox/message.ts';
import type { Outbox, OutboxClaim, OutboxOutcome, OutgoingMessage } from '../outbox/outbox.ts';
import type { Transactor } from '../outbox/transactor.ts';
import { bytesOf, equal, failsWith, textOf } from './expectations.ts';

/** A database with an outbox, an inbox and checkpoints. */
export interface OutboxDatabase<Transaction> {
  readonly transactor: Transactor<Transaction>;
  readonly outbox: Outbox<Transaction>;
  readonly inbox: Inbox<Transaction>;
  readonly checkpoints: Checkpoints<Transaction>;
}

/** What such a database keeps, under test; empty at first. */
export interface OutboxUnderTest<Transaction> {
  /** The database as a client sees it. Those opened before stay in use. */
  open(): Promise<OutboxDatabase<Transaction>>;
  /** Lets time pass. */
  sleep(duration: Duration): Promise<void>;
  /** Wall-clock milliseconds since the Unix epoch, as the database sees them. */
  wall(): number;
  /** Kills what keeps the database, and starts it again. Those opened before are of no more use. */
  restart?(): Promise<void>;
  /** There where transactions may overlap. */
  readonly overlap?: true;
}

/** One promise of an `Outbox`, an `Inbox` or `Checkpoints`. */
export interface OutboxCase {
  readonly name: string;
  /** Leave it out where the engine has not all of them. */
  readonly needs: readonly ('restart' | 'overlap')[];
  /** Rejects unless it is kept. While it runs, time has to pass. */
  run<Transaction>(under: Required<OutboxUnderTest<Transaction>>): Promise<void>;
}

const message = (id: string, key?: string): Message => ({
  id,
  topic: 'orders.placed',
  key,
  body: bytesOf(id),
});

async function enqueue<Transaction>(
  { transactor, outbox }: OutboxDatabase<Transaction>,
  ...messages: readonly OutgoingMessage[]
): Promise<void> {
  await transactor.transact((transaction) => outbox.enqueue(transaction, messages));
}

const ids = ({ messages }: OutboxClaim): string => messages.map((each) => each.message.id).join(' ');

const claim = <Transaction>(
  { outbox }: OutboxDatabase<Transaction>,
  { limit = 100, lease = '60s' as Duration } = {},
): Promise<OutboxClaim> => outbox.claim({ limit, lease });

const published = ({ messages }: OutboxClaim): OutboxOutcome[] =>
  messages.map(({ message: { id } }) => ({ id, kind: 'published' }));

/** The ids of what `open` has parked, page by page. */
async function parked<Transaction>({ outbox }: OutboxDatabase<Transaction>): Promise<string> {
  const found: string[] = [];
  for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
    const page = await outbox.parked({ after, limit: 1 });
    found.push(...page.parked.map((each) => `${each.message.id} ${each.attempts} ${each.reason}`));
    after = page.next;
  }
  return found.join(', ');
}

/**
 * What every `Outbox`, `Inbox` and `Checkpoints` have to keep, as cases for any test runner; those whose `needs` the engine cannot give
 * are left out:
 *
 *     for (const { name, run } of outboxContract) test(name, () => run(newSubject()));
 */
export const outboxContract: readonly OutboxCase[] = [
  {
    name: 'gives messages of transactions that commit, as they were, and no others',
    needs: [],
    async run({ open }) {
      const database = await open();
      const { transactor, outbox } = database;
      equal(ids(await claim(database)), '', 'what there is at first');
      const headers = { 'saga-id': 's1', other: 'ä: "quoted"' };
      const whole: Message = {
        id: 'm1',
        topic: 'a.b-c.d_e',
        key: 'k',
        headers,
        body: Uint8Array.of(0, 255, 10, 128),
      };
      await enqueue(database, whole, { id: 'm2', topic: 't', body: new Uint8Array(0) });
      const failing = transactor.transact(async (transaction) => {
        await outbox.enqueue(transaction, [message('lost')]);
        throw new RangeError('rolled back');
      });
      equal(await failing.catch((error: Error) => error.name), 'RangeError', 'what a transaction throws');
      const { messages } = await claim(database);
      equal(messages.length, 2, 'how many there are');
      const [first, second] = messages.map((each) => each.message);
      equal({ ...first, body: [...first!.body] }, { ...whole, body: [0, 255, 10, 128] }, 'the message');
      equal([second!.key, second!.headers ?? {}, second!.body.length], [undefined, {}, 0], 'an empty one');
      equal(
        messages.map(({ attempts }) => attempts),
        [1, 1],
        'the attempts',
      );
    },
  },
  {
    name: 'gives a message to one claim at a time, and to another one when the lease is over',
    needs: [],
    async run({ open, sleep }) {
      const [one, two] = [await open(), await open()];
      await enqueue(one, message('a'), message('b'), message('c'));
      equal(ids(await claim(one, { limit: 1 })), 'a', 'the first claim');
      const second = await claim(two, { limit: 1 });
      equal(ids(second), 'b', 'the second claim');
      assert(second.again !== undefined, 'a claim says when more may be there');
      const short = await claim(two, { lease: '50ms' });
      equal(ids(short), 'c', 'the third claim');
      await sleep('500ms');
      const { messages, token } = await claim(one);
      equal(
        messages.map((each) => `${each.message.id} ${each.attempts}`),
        ['c 2'],
        'what is claimed again',
      );
      assert(token !== short.token, 'tokens differ');
    },
  },
  {
    name: 'lets only the latest claim of a message settle it',
    needs: [],
    async run({ open, sleep }) {
      const database = await open();
      await enqueue(database, message('a'), message('b'), message('c'));
      const former = await claim(database, { lease: '50ms' });
      await sleep('500ms');
      const latter = await claim(database);
      equal(ids(latter), 'a b c', 'what the latter claim gets');
      await database.outbox.settle(former, [
        { id: 'a', kind: 'published' },
        { id: 'b', kind: 'parked', reason: 'too late' },
        { id: 'c', kind: 'retry', delay: 0, reason: 'too late' },
      ]);
      equal(await parked(database), '', 'what is parked');
      equal((await database.outbox.backlog()).waiting, 3, 'what waits');
      equal(ids(await claim(database)), '', 'what another claim gets');
      await database.outbox.settle(latter, published(latter));
      equal((await database.outbox.backlog()).waiting, 0, 'what waits then');
    },
  },
  {
    name: 'gives the messages of a key in order, and none while one before it is claimed',
    needs: [],
    async run({ open }) {
      const [one, two] = [await open(), await open()];
      await enqueue(one, message('k1', 'k'), message('l1', 'l'));
      await enqueue(two, message('k2', 'k'), message('x'));
      await enqueue(one, message('k3', 'k'), message('l2', 'l'));
      const first = await claim(one, { limit: 1 });
      equal(ids(first), 'k1', 'the first claim');
      const second = await claim(two, { limit: 2 });
      equal(ids(second), 'l1 x', 'the second claim');
      equal(ids(await claim(two)), '', 'what a third one gets');
      await one.outbox.settle(first, published(first));
      const third = await claim(two);
      equal(ids(third), 'k2 k3', 'what comes when the first is published');
      await two.outbox.settle(third, [{ id: 'k2', kind: 'published' }]);
      await enqueue(one, message('k4', 'k'));
      equal(ids(await claim(one)), '', 'what comes while k3 is claimed');
      await two.outbox.settle(third, [{ id: 'k3', kind: 'published' }]);
      equal(ids(await claim(one)), 'k4', 'what comes then');
    },
  },
  {
    name: 'claims a message again after its delay; those behind it of its key wait with it',
    needs: [],
    async run({ open, sleep }) {
      const database = await open();
      await enqueue(database, message('k1', 'k'), message('k2', 'k'), message('x'), message('y'));
      const first = await claim(database);
      await database.outbox.settle(first, [
        { id: 'k1', kind: 'retry', delay: 200, reason: 'the broker is away' },
        { id: 'k2', kind: 'released' },
        { id: 'x', kind: 'retry', delay: 0, reason: 'the broker is away' },
        { id: 'y', kind: 'published' },
      ]);
      const second = await claim(database);
      equal(ids(second), 'x', 'what is claimed at once');
      assert(second.again !== undefined && second.again > 0, 'a claim says when more may be there');
      await sleep('1s');
      const third = await claim(database);
      equal(
        third.messages.map((each) => `${each.message.id} ${each.attempts}`),
        ['k1 2', 'k2 1'],
        'and later',
      );
    },
  },
  {
    name: 'claims a message no earlier than it asks for, and others meanwhile',
    needs: [],
    async run({ open, sleep, wall }) {
      const database = await open();
      const notBefore = wall() + 700;
      await enqueue(database, { ...message('timer'), notBefore }, message('a'), {
        ...message('b'),
        notBefore: 0,
      });
      const first = await claim(database);
      equal(ids(first), 'a b', 'what is claimed at once');
      await database.outbox.settle(first, published(first));
      const second = await claim(database);
      equal(ids(second), '', 'what is claimed then');
      assert(second.again !== undefined && second.again > 0, 'a claim says when more may be there');
      await sleep('1.5s');
      const third = await claim(database);
      equal(ids(third), 'timer', 'what is claimed in the end');
      equal(third.messages[0]!.attempts, 1, 'its attempts');
    },
  },
  {
    name: 'keeps a parked message until an operator retries or discards it; it holds up its key alone',
    needs: [],
    async run({ open, wall }) {
      const database = await open();
      const { outbox } = database;
      const before = wall();
      await enqueue(
        database,
        message('k1', 'k'),
        message('k2', 'k'),
        message('x'),
        message('y'),
        message('l', 'l'),
      );
      const first = await claim(database, { limit: 1 });
      await outbox.settle(first, [{ id: 'k1', kind: 'parked', reason: 'too large' }]);
      const second = await claim(database);
      equal(ids(second), 'x y l', 'what goes on');
      await outbox.settle(second, [
        { id: 'x', kind: 'parked', reason: 'no such topic' },
        ...published(second).slice(1),
      ]);
      equal(await parked(database), 'k1 1 too large, x 1 no such topic', 'what is parked');
      const {
        parked: [k1],
      } = await outbox.parked();
      equal([textOf(k1!.message.body), k1!.message.key], ['k1', 'k'], 'the message');
      assert(k1!.parkedAt >= before - 1_000 && k1!.parkedAt <= wall() + 1_000, 'it tells when');
      const backlog = await outbox.backlog();
      equal([backlog.waiting, backlog.parked], [1, 2], 'the backlog');
      equal(ids(await claim(database)), '', 'what is claimed while k1 is parked');
      equal(await outbox.retry('k2'), false, 'a retry of one that is not parked');
      equal(await outbox.retry('k1'), true, 'a retry');
      equal(await outbox.retry('k1'), false, 'another one');
      const third = await claim(database);
      equal(ids(third), 'k1 k2', 'what is claimed then');
      await outbox.settle(third, [
        { id: 'k1', kind: 'parked', reason: 'still' },
        ...published(third).slice(1),
      ]);
      equal(await outbox.discard('y'), false, 'dropping one that is gone');
      equal(await outbox.discard('k1'), true, 'dropping one');
      equal(await outbox.discard('x'), true, 'dropping the other');
      equal(await parked(database), '', 'what is parked at last');
      await enqueue(database, message('k3', 'k'));
      equal(ids(await claim(database)), 'k3', 'what comes after those of its key are gone');
    },
  },
  {
    name: 'gives what is behind a parked message once that is discarded',
    needs: [],
    async run({ open }) {
      const database = await open();
      await enqueue(database, message('k1', 'k'), message('k2', 'k'));
      const first = await claim(database, { limit: 1 });
      await database.outbox.settle(first, [{ id: 'k1', kind: 'parked', reason: 'no' }]);
      equal(ids(await claim(database)), '', 'what is claimed before');
      await database.outbox.discard('k1');
      equal(ids(await claim(database)), 'k2', 'what is claimed then');
    },
  },
  {
    name: 'refuses an id that it still has, with the transaction',
    needs: [],
    async run({ open }) {
      const database = await open();
      await enqueue(database, message('a'));
      await failsWith(
        'INVALID_ARGUMENT',
        enqueue(database, message('b'), message('a')),
        'an id that is there',
      );
      await failsWith('INVALID_ARGUMENT', enqueue(database, message('c'), message('c')), 'an id twice');
      equal(ids(await claim(database)), 'a', 'what is claimed');
    },
  },
  {
    name: 'refuses messages that cannot work, and names the field',
    needs: [],
    async run({ open }) {
      const database = await open();
      const bad: readonly (readonly [string, Partial<Message>])[] = [
        ['no id', { id: '' }],
        ['no topic', { topic: '' }],
        ['a topic with a space', { topic: 'a b' }],
        ['a topic with an empty word', { topic: 'a..b' }],
        ['a topic with a wildcard', { topic: 'a.*' }],
        ['an empty key', { key: '' }],
        ['a header with a line break', { headers: { a: 'x\ny' } }],
        ['a header with no name', { headers: { '': 'x' } }],
        ['no bytes', { body: 'text' as never }],
      ];
      for (const [what, part] of bad) {
        await failsWith('INVALID_ARGUMENT', enqueue(database, { ...message('a'), ...part }), what);
      }
      await failsWith('INVALID_ARGUMENT', claim(database, { limit: 0 }), 'a limit of 0');
      await failsWith('INVALID_ARGUMENT', claim(database, { lease: 0 }), 'no lease');
      equal(ids(await claim(database)), '', 'what is claimed');
    },
  },
  {
    name: 'tells listeners of what was enqueued, until they leave',
    needs: [],
    async run({ open, sleep }) {
      const [one, two] = [await open(), await open()];
      let told = 0;
      const leave = one.outbox.onEnqueued(() => told++);
      for (let n = 0; told === 0 && n < 100; n++) {
        await enqueue(two, message(`a${n}`));
        await sleep('100ms');
      }
      assert(told > 0, 'the listener is told');
      leave();
      await sleep('100ms');
      const before = told;
      await enqueue(two, message('z'));
      await sleep('300ms');
      equal(told, before, 'how often it was told after it left');
    },
  },
  {
    name: 'says how much waits, and for how long',
    needs: [],
    async run({ open, sleep }) {
      const database = await open();
      const none = await database.outbox.backlog();
      equal([none.waiting, none.parked, none.oldestAge], [0, 0, undefined], 'an empty backlog');
      await enqueue(database, message('a'));
      await sleep('300ms');
      await enqueue(database, message('b'));
      const { waiting, oldestAge } = await database.outbox.backlog();
      equal(waiting, 2, 'how many wait');
      assert(oldestAge! >= 250, `the age of the oldest is ${oldestAge} ms`);
    },
  },
  {
    name: 'gives what a late transaction enqueued before those that were published already',
    needs: ['overlap'],
    async run({ open }) {
      const database = await open();
      const { transactor, outbox } = database;
      let commit = (): void => {};
      const mayCommit = new Promise<void>((resolve) => {
        commit = resolve;
      });
      let enqueued = (): void => {};
      const hasEnqueued = new Promise<void>((resolve) => {
        enqueued = resolve;
      });
      const late = transactor.transact(async (transaction) => {
        await outbox.enqueue(transaction, [message('late', 'k')]);
        enqueued();
        await mayCommit;
      });
      await hasEnqueued;
      await enqueue(database, message('early', 'k'), message('other'));
      const first = await claim(database);
      equal(ids(first), 'early other', 'what is there before the late one commits');
      await outbox.settle(first, published(first));
      commit();
      await late;
      equal(ids(await claim(database)), 'late', 'what is there then');
    },
  },
  {
    name: 'two relays together publish all of it, and each key in order',
    needs: [],
    async run({ open, sleep }) {
      const [one, two] = [await open(), await open()];
      const count = 60;
      const publications: string[] = [];
      const relay = async (database: typeof one): Promise<void> => {
        while (publications.length < count) {
          const taken = await claim(database, { limit: 7 });
          for (const { message: each } of taken.messages) publications.push(each.id);
          await database.outbox.settle(taken, published(taken));
          if (taken.messages.length === 0) await sleep('20ms');
        }
      };
      const writing = (async () => {
        for (let n = 0; n < count; n += 3) {
          await enqueue(n % 2 === 0 ? one : two, ...[0, 1, 2].map((k) => message(`${k}-${n / 3}`, `k${k}`)));
        }
      })();
      await Promise.all([relay(one), relay(two), writing]);
      equal(publications.length, count, 'how many were published');
      for (const k of [0, 1, 2]) {
        const ofKey = publications.filter((id) => id.startsWith(`${k}-`));
        equal(
          ofKey,
          Array.from({ length: count / 3 }, (_, n) => `${k}-${n}`),
          `those of key ${k}`,
        );
      }
      equal((await one.outbox.backlog()).waiting, 0, 'what waits in the end');
    },
  },
  {
    name: 'keeps through a crash what was committed, and gives claims up when their lease is over',
    needs: ['restart'],
    async run({ open, restart, sleep }) {
      const before = await open();
      await enqueue(before, message('k1', 'k'), message('k2', 'k'), message('x'), message('y'));
      const taken = await claim(before, { limit: 1, lease: '50ms' });
      await before.outbox.settle(taken, published(taken));
      const second = await claim(before, { limit: 2, lease: '50ms' });
      await before.outbox.settle(second, [{ id: 'x', kind: 'parked', reason: 'no' }]);
      await before.transactor.transact((transaction) => before.inbox.accept(transaction, 'c', 'm'));
      await restart();
      await sleep('1s');
      const after = await open();
      equal(await parked(after), 'x 1 no', 'what is parked');
      const { messages } = await claim(after);
      equal(
        messages.map((each) => `${each.message.id} ${each.attempts}`),
        ['k2 2', 'y 1'],
        'what is claimed',
      );
      const verdict = await after.transactor.transact((transaction) =>
        after.inbox.accept(transaction, 'c', 'm'),
      );
      equal(verdict, 'duplicate', 'what the inbox knows');
    },
  },
  {
    name: 'an inbox knows what its consumer has dealt with in a transaction that committed',
    needs: [],
    async run({ open }) {
      const { transactor, inbox } = await open();
      const accept = (consumer: string, id: string): Promise<string> =>
        transactor.transact((transaction) => inbox.accept(transaction, consumer, id));
      const failing = transactor.transact(async (transaction) => {
        equal(await inbox.accept(transaction, 'c', 'm'), 'fresh', 'in a transaction that will fail');
        equal(await inbox.accept(transaction, 'c', 'm'), 'duplicate', 'once more in it');
        throw new Error('rolled back');
      });
      await failing.catch(() => {});
      equal(await accept('c', 'm'), 'fresh', 'after it was rolled back');
      equal(await accept('c', 'm'), 'duplicate', 'after it was committed');
      equal(await accept('c', 'n'), 'fresh', 'another message');
      equal(await accept('d', 'm'), 'fresh', 'another consumer');
    },
  },
  {
    name: 'an inbox lets one of two that accept a message at once through',
    needs: [],
    async run({ open }) {
      const databases = [await open(), await open()];
      for (let n = 0; n < 10; n++) {
        const verdicts = await Promise.all(
          [0, 1, 2, 3].map((k) => {
            const { transactor, inbox } = databases[k % 2]!;
            return transactor.transact((transaction) => inbox.accept(transaction, 'c', `m${n}`));
          }),
        );
        equal(verdicts.filter((verdict) => verdict === 'fresh').length, 1, `how many were fresh of m${n}`);
      }
    },
  },
  {
    name: 'an inbox forgets what it is told to',
    needs: [],
    async run({ open, sleep, wall }) {
      const { transactor, inbox } = await open();
      const accept = (id: string): Promise<string> =>
        transactor.transact((transaction) => inbox.accept(transaction, 'c', id));
      await accept('old');
      await sleep('500ms');
      const between = wall();
      await sleep('500ms');
      await accept('new');
      equal(await inbox.prune(between), 1, 'how many it forgets');
      equal([await accept('new'), await accept('old')], ['duplicate', 'fresh'], 'what it knows then');
    },
  },
  {
    name: 'checkpoints move with their transaction, and only from where they are',
    needs: [],
    async run({ open }) {
      const { transactor, checkpoints } = await open();
      const read = (name: string): Promise<number> =>
        transactor.transact((transaction) => checkpoints.read(transaction, name));
      const advance = (name: string, from: number, to: number): Promise<boolean> =>
        transactor.transact((transaction) => checkpoints.advance(transaction, name, from, to));
      equal(await read('p'), 0, 'where one begins');
      equal(await advance('p', 0, 7), true, 'the first move');
      equal(await advance('p', 0, 8), false, 'a move from where it is not');
      equal(await advance('q', 3, 8), false, 'a move of another one from where it is not');
      const failing = transactor.transact(async (transaction) => {
        await checkpoints.advance(transaction, 'p', 7, 9);
        throw new Error('rolled back');
      });
      await failing.catch(() => {});
      equal([await read('p'), await read('q')], [7, 0], 'where they are');
      equal(await advance('p', 7, 0), true, 'a move back');
      equal(await read('p'), 0, 'where it is then');
    },
  },
  {
    name: 'checkpoints let one of many that move one at once through',
    needs: [],
    async run({ open }) {
      const databases = [await open(), await open()];
      for (const round of [0, 1, 2, 3, 4]) {
        const moves = await Promise.all(
          [0, 1, 2, 3].map((n) => {
            const { transactor, checkpoints } = databases[n % 2]!;
            return transactor.transact((transaction) =>
              checkpoints.advance(transaction, 'p', round, round + 1),
            );
          }),
        );
        equal(moves.filter((moved) => moved).length, 1, `how many moved it in round ${round}`);
      }
    },
  },
];
