// Goal: an aggregate is what its events say, decided one command at a time. Method: commands at random, by several clients
// at once, with and without snapshots, against the fold of all events; and what may go wrong, case by case.
import { openMemoryJournal } from '@holdfast/storage';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Aggregates,
  type AggregatesOptions,
  aggregates,
  type EventStore,
  memorySnapshots,
  openEventStore,
} from '../../src/index.ts';
import { specification } from '../../src/testkit/index.ts';
import { type AccountCommand, type AccountEvent, type AccountState, account } from './account.ts';

type Options = AggregatesOptions<AccountCommand, AccountEvent, AccountState>;

const memoryStore = async (): Promise<EventStore> => openEventStore({ journal: await openMemoryJournal() });

const accounts = (
  store: EventStore,
  more: Partial<Options> = {},
): Aggregates<AccountCommand, AccountEvent, AccountState> =>
  aggregates({ store, category: 'account', decider: account, ...more });

const command: fc.Arbitrary<AccountCommand> = fc.oneof(
  fc.constant({ do: 'open', owner: 'Ada' } as const),
  fc.record({
    do: fc.constantFrom('deposit' as const, 'withdraw' as const),
    amount: fc.integer({ min: 1, max: 50 }),
  }),
);

test('the state is the fold of all events, whoever appended them and wherever snapshots stand', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.array(command, { maxLength: 12 }), { minLength: 1, maxLength: 4 }),
    fc.integer({ min: 1, max: 5 }),
    async (clients, every) => {
      const store = await memoryStore();
      const kept = memorySnapshots();
      await Promise.all(
        clients.map(async (commands, index) => {
          const snapshots = index % 2 === 0 ? { in: kept, form: 1, every } : undefined;
          const own = accounts(store, { snapshots, attemptsMax: 1_000 });
          for (const each of commands) {
            const handled = await own.handle('1', each).catch((error: Error) => error.message);
            if (typeof handled === 'string') expect(handled).toMatch(/is not open|less than/);
          }
        }),
      );
      const { events } = await store.read('account-1');
      const fold = events.reduce((state, event) => account.evolve(state, event as never), account.initial);
      expect(fold.balance).toBeGreaterThanOrEqual(0);
      const snapshots = { in: kept, form: 1, every };
      for (const reader of [accounts(store), accounts(store, { snapshots })]) {
        expect(await reader.load('1')).toEqual({ state: fold, version: events.length });
      }
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

describe('a command', () => {
  test('is decided anew when others were faster, and gives up in the end', async () => {
    const store = await memoryStore();
    await accounts(store).handle('1', { do: 'open', owner: 'Ada' });
    let decisions = 0;
    const slow = accounts(store, {
      attemptsMax: 3,
      decider: {
        ...account,
        decide: (each, state) => {
          decisions++;
          return account.decide(each, state);
        },
      },
    });
    const racing: EventStore = {
      ...delegated(store),
      append: async (...args) => {
        await store.append('account-1', 'any', [{ type: 'deposited', data: { amount: 1 } }]);
        return store.append(...args);
      },
    };
    const raced = accounts(racing, { attemptsMax: 3 }).handle('1', { do: 'deposit', amount: 5 });
    await expect(raced).rejects.toMatchObject({ code: 'EVENT_STREAM_CONFLICT' });
    const handled = await slow.handle('1', { do: 'withdraw', amount: 3 });
    expect(handled).toMatchObject({ state: { balance: 0 }, version: 5, duplicate: false });
    expect(decisions).toBe(1);
  });

  test('that is repeated under its id is not handled again, also when it would be refused by now', async () => {
    const own = accounts(await memoryStore());
    await own.handle('1', { do: 'open', owner: 'Ada' });
    await own.handle('1', { do: 'deposit', amount: 10 });
    const first = await own.handle('1', { do: 'withdraw', amount: 10 }, { id: 'w1' });
    expect(first).toMatchObject({ state: { balance: 0 }, duplicate: false });
    const again = await own.handle('1', { do: 'withdraw', amount: 10 }, { id: 'w1' });
    expect(again).toMatchObject({ state: { balance: 0 }, version: 3, duplicate: true });
    expect(again.events).toMatchObject([{ type: 'withdrawn', data: { amount: 10 } }]);
  });

  test('that leads to nothing appends nothing', async () => {
    const own = accounts(await memoryStore());
    await own.handle('1', { do: 'open', owner: 'Ada' });
    expect(await own.handle('1', { do: 'open', owner: 'Bob' })).toMatchObject({ events: [], version: 1 });
  });
});

describe('a snapshot', () => {
  test('saves reading what it stands for', async () => {
    const store = await memoryStore();
    const froms: (number | undefined)[] = [];
    const watched: EventStore = {
      ...delegated(store),
      read: (stream, options) => {
        froms.push(options?.from);
        return store.read(stream, options);
      },
    };
    const own = accounts(watched, { snapshots: { in: memorySnapshots(), form: 1, every: 3 } });
    await own.handle('1', { do: 'open', owner: 'Ada' });
    for (let n = 0; n < 5; n++) await own.handle('1', { do: 'deposit', amount: 1 });
    expect(froms).toEqual([1, 1, 1, 4, 4, 4]);
    expect(await own.load('1')).toMatchObject({ state: { balance: 5 }, version: 6 });
  });

  test('of another form is not used', async () => {
    const store = await memoryStore();
    const kept = memorySnapshots();
    const former = accounts(store, { snapshots: { in: kept, form: 1, every: 1 } });
    await former.handle('1', { do: 'open', owner: 'Ada' });
    await kept.save('account-1', { version: 1, form: 1, state: { owner: 'nobody', balance: 1_000 } });
    const latter = accounts(store, { snapshots: { in: kept, form: 2, every: 1 } });
    expect(await latter.load('1')).toMatchObject({ state: { owner: 'Ada', balance: 0 } });
  });

  test('that is newer than the log is refused', async () => {
    const kept = memorySnapshots();
    await kept.save('account-1', { version: 7, form: 1, state: { owner: 'Ada', balance: 70 } });
    const own = accounts(await memoryStore(), { snapshots: { in: kept, form: 1 } });
    await expect(own.load('1')).rejects.toMatchObject({
      code: 'EVENT_SNAPSHOT_AHEAD',
      context: { stream: 'account-1', snapshot: 7, version: 0 },
    });
    const handling = own.handle('1', { do: 'deposit', amount: 1 });
    await expect(handling).rejects.toMatchObject({ code: 'EVENT_SNAPSHOT_AHEAD' });
  });

  test('that cannot be kept fails no command', async () => {
    const failures: unknown[] = [];
    const broken = { load: async () => undefined, save: async () => Promise.reject(new Error('no room')) };
    const snapshots = { in: broken, form: 1, every: 1, onError: (error: unknown) => failures.push(error) };
    const own = accounts(await memoryStore(), { snapshots });
    expect(await own.handle('1', { do: 'open', owner: 'Ada' })).toMatchObject({ version: 1 });
    expect(failures).toHaveLength(1);
  });

  test('in memory, those not used for longest go first', async () => {
    const kept = memorySnapshots({ max: 2 });
    const snapshot = { version: 1, form: 1, state: null };
    for (const stream of ['a', 'b']) await kept.save(stream, snapshot);
    await kept.load('a');
    await kept.save('c', snapshot);
    expect(await kept.load('b')).toBeUndefined();
    expect(await kept.load('a')).toEqual(snapshot);
  });
});

test('a specification tells what a decider has to do', () => {
  const spec = specification(account);
  const opened: AccountEvent = { type: 'opened', data: { owner: 'Ada' } };
  const deposited: AccountEvent = { type: 'deposited', data: { amount: 10 } };
  spec.given().when({ do: 'open', owner: 'Ada' }).then(opened);
  spec.given(opened).when({ do: 'open', owner: 'Bob' }).then();
  spec.given(opened, deposited).thenState({ owner: 'Ada', balance: 10 });
  spec
    .given(opened, deposited)
    .when({ do: 'withdraw', amount: 11 })
    .thenRefused(/has 10/);
  const wrong = [
    () => spec.given(opened).when({ do: 'deposit', amount: 1 }).then(deposited),
    () => spec.given(opened).when({ do: 'deposit', amount: 1 }).thenRefused(/no/),
    () =>
      spec
        .given()
        .when({ do: 'deposit', amount: 1 })
        .thenRefused(/no such reason/),
    () => spec.given(opened).thenState({ owner: 'Ada', balance: 1 }),
  ];
  for (const each of wrong) expect(each).toThrow();
  let count = 0;
  const impure = specification<AccountCommand, AccountEvent, AccountState>({
    ...account,
    decide: () => [{ type: 'deposited', data: { amount: count++ } }],
  });
  expect(() => impure.given(opened).when({ do: 'deposit', amount: 1 }).then(deposited)).toThrow();
  const changing = specification<AccountCommand, AccountEvent, { balance: number }>({
    initial: { balance: 0 },
    decide: () => [],
    evolve: (state) => {
      state.balance++;
      return state;
    },
  });
  expect(() => changing.given(opened).thenState({ balance: 1 })).toThrow(TypeError);
});

function delegated(store: EventStore): EventStore {
  return {
    append: (...args) => store.append(...args),
    read: (...args) => store.read(...args),
    readAll: (...args) => store.readAll(...args),
    subscribe: (...args) => store.subscribe(...args),
    close: () => store.close(),
  };
}
