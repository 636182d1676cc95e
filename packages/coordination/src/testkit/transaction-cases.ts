import { assert } from '@holdfast/core';
import type { Compare, CoordinationStore, Operation } from '../store/coordination-store.ts';
import {
  bytesOf,
  type CoordinationCase,
  equal,
  equalLists,
  failsWith,
  shown,
  take,
  textOf,
  told,
} from './coordination-case.ts';

/** What the contract promises of transactions. */
export const transactionCases: readonly CoordinationCase[] = [
  {
    name: 'a transaction does one branch or the other, by all of its comparisons',
    needs: [],
    async run(under) {
      const store = await under.open();
      const key = `${under.prefix}key`;
      const absent: Compare = { key, target: 'version', is: '=', value: 0 };
      const create = (value: string) =>
        store.transact({
          compare: [absent],
          then: [{ do: 'put', key, value: bytesOf(value) }],
          else: [{ do: 'get', key }],
        });
      const won = await create('first');
      equal(won.succeeded, true, 'whether the first succeeds');
      equalLists(won.results, [{ did: 'put' }], 'its results');
      const lost = await create('second');
      equal(lost.succeeded, false, 'whether the second succeeds');
      const [result] = lost.results;
      assert(result?.did === 'get', 'it reads instead');
      equalLists(shown(result.entries), [`${key}=first`], 'what it reads');
      equal(lost.revision, won.revision, 'the revision when nothing changed');
      const entry = await store.get(key);
      equal(entry?.modRevision, won.revision, 'the revision of the change');
      const holding: Compare = { key, target: 'version', is: '=', value: 1 };
      const mixed = await store.transact({ compare: [holding, absent], then: [] });
      equal(mixed.succeeded, false, 'one comparison that holds and one that does not');
      equal(mixed.results.length, 0, 'the results of a branch that is not there');
      const none = await store.transact({ compare: [], then: [{ do: 'get', key }] });
      equal(none.succeeded, true, 'no comparison at all');
    },
  },
  {
    name: 'comparisons compare as they say',
    needs: [],
    async run(under) {
      const store = await under.open();
      const [key, absent] = [`${under.prefix}key`, `${under.prefix}absent`];
      const { revision } = await store.put(key, bytesOf('first'));
      const later = await store.put(key, bytesOf('m'));
      const cases: readonly (readonly [Compare, boolean])[] = [
        [{ key, target: 'createRevision', is: '=', value: revision }, true],
        [{ key, target: 'createRevision', is: '!=', value: revision }, false],
        [{ key, target: 'modRevision', is: '=', value: later.revision }, true],
        [{ key, target: 'modRevision', is: '<', value: later.revision }, false],
        [{ key, target: 'modRevision', is: '<', value: later.revision + 1 }, true],
        [{ key, target: 'modRevision', is: '>', value: revision }, true],
        [{ key, target: 'version', is: '=', value: 2 }, true],
        [{ key, target: 'version', is: '!=', value: 1 }, true],
        [{ key, target: 'version', is: '>', value: 2 }, false],
        [{ key, target: 'value', is: '=', value: bytesOf('m') }, true],
        [{ key, target: 'value', is: '=', value: bytesOf('mm') }, false],
        [{ key, target: 'value', is: '<', value: bytesOf('mm') }, true],
        [{ key, target: 'value', is: '>', value: bytesOf('lz') }, true],
        [{ key, target: 'value', is: '>', value: bytesOf('é') }, false],
        [{ key, target: 'value', is: '!=', value: bytesOf('n') }, true],
        [{ key: absent, target: 'createRevision', is: '=', value: 0 }, true],
        [{ key: absent, target: 'modRevision', is: '<', value: 1 }, true],
        [{ key: absent, target: 'version', is: '>', value: 0 }, false],
        [{ key: absent, target: 'value', is: '=', value: new Uint8Array() }, false],
        [{ key: absent, target: 'value', is: '!=', value: bytesOf('x') }, false],
      ];
      for (const [compare, holds] of cases) {
        const { succeeded } = await store.transact({ compare: [compare], then: [] });
        const what = `${compare.key === key ? 'the' : 'an absent'} key's ${compare.target} ${compare.is}`;
        equal(succeeded, holds, `${what} ${String(compare.value)}`);
      }
    },
  },
  {
    name: 'operations of a transaction see those before them, and make one change',
    needs: [],
    async run(under) {
      const store = await under.open();
      const [a, b, c] = [`${under.prefix}a`, `${under.prefix}b`, `${under.prefix}c`];
      const { revision } = await store.put(a, bytesOf('old'));
      const watch = store.watch(under.prefix, { from: revision + 1 });
      const done = await store.transact({
        compare: [],
        then: [
          { do: 'get', key: b },
          { do: 'put', key: b, value: bytesOf('new') },
          { do: 'get', key: b },
          { do: 'delete', key: a },
          { do: 'get', key: a },
          { do: 'put', key: c, value: bytesOf('new') },
          { do: 'range', prefix: under.prefix, limit: 1 },
          { do: 'delete', key: `${under.prefix}none` },
          { do: 'deletePrefix', prefix: `${under.prefix}none` },
        ],
      });
      const results = done.results.map((result) =>
        'entries' in result
          ? `${result.did} ${result.entries.map(({ value }) => textOf(value))} ${result.more}`
          : 'deleted' in result
            ? `${result.did} ${result.deleted}`
            : result.did,
      );
      equalLists(
        results,
        [
          'get  false',
          'put',
          'get new false',
          'delete 1',
          'get  false',
          'put',
          'range new true',
          'delete 0',
          'deletePrefix 0',
        ],
        'the results',
      );
      equal(done.revision, revision + 1, 'the revision of all of it');
      const items = await take(under, watch, 3);
      equal(items.length, 1, 'items of a watch');
      equalLists(told(items).sort(), [`+${b}=new`, `+${c}=new`, `-${a}`], 'what the watch is told');
      equal((await store.get(b))?.createRevision, done.revision, 'the revision of one key');
      equal((await store.get(c))?.modRevision, done.revision, 'the revision of another');
      await watch.return();
    },
  },
  {
    name: 'nobody sees half of a transaction',
    needs: [],
    async run(under) {
      const [writer, reader] = [await under.open(), await under.open()];
      const keys = ['a', 'b', 'c', 'd'].map((name) => under.prefix + name);
      let writing = true;
      const write = async () => {
        for (let round = 0; round < 25; round++) {
          const then = keys.map((key): Operation => ({ do: 'put', key, value: bytesOf(`${round}`) }));
          await writer.transact({ compare: [], then });
        }
        writing = false;
      };
      const read = async () => {
        while (writing) {
          const { entries } = await reader.range(under.prefix);
          const values = new Set(entries.map(({ value }) => textOf(value)));
          assert(values.size <= 1, `one range shows the values ${[...values]}`);
          assert(entries.length === 0 || entries.length === 4, `one range shows ${entries.length} keys`);
        }
      };
      await Promise.all([write(), read()]);
    },
  },
  {
    name: 'counters that many clients increment by compare and swap lose nothing',
    needs: [],
    async run(under) {
      const clients = [await under.open(), await under.open(), await under.open()];
      const key = `${under.prefix}counter`;
      const each = 15;
      await Promise.all(
        clients.map(async (store) => {
          for (let done = 0; done < each; done++) await increment(store, key);
        }),
      );
      const entry = await clients[0]!.get(key);
      equal(textOf(entry?.value), `${clients.length * each}`, 'the counter');
      equal(entry?.version, clients.length * each, 'its version');
    },
  },
  {
    name: 'refuses transactions that cannot work, and does nothing of them',
    needs: [],
    async run(under) {
      const store = await under.open();
      const key = `${under.prefix}key`;
      const put = (of: string): Operation => ({ do: 'put', key: of, value: bytesOf('x') });
      const twice: readonly (readonly Operation[])[] = [
        [put(key), put(key)],
        [put(key), { do: 'delete', key }],
        [{ do: 'deletePrefix', prefix: under.prefix }, put(key)],
      ];
      for (const then of twice) {
        const attempt = store.transact({ compare: [], then });
        await failsWith('INVALID_ARGUMENT', attempt, 'changing a key twice');
      }
      const { transactionOperationsMax, requestBytesMax } = store.capabilities;
      const many = (length: number) => Array.from({ length }, (_, index) => put(`${key}${index}`));
      const tooMany = store.transact({ compare: [], then: many(transactionOperationsMax + 1) });
      await failsWith('TRANSACTION_TOO_LARGE', tooMany, 'one operation too many');
      equal((await store.range(under.prefix)).entries.length, 0, 'keys that were put');
      await store.transact({ compare: [], then: many(transactionOperationsMax) });
      equal(
        (await store.range(under.prefix)).entries.length,
        transactionOperationsMax,
        'keys of the largest',
      );
      const huge = store.put(key, new Uint8Array(requestBytesMax + 1));
      await failsWith('REQUEST_TOO_LARGE', huge, 'a value that is too large');
      await store.put(key, new Uint8Array(Math.floor(requestBytesMax * 0.9)));
    },
  },
];

/** Adds one by compare and swap, as often as it takes. */
async function increment(store: CoordinationStore, key: string): Promise<void> {
  for (;;) {
    const entry = await store.get(key);
    const value = bytesOf(`${Number(textOf(entry?.value) ?? 0) + 1}`);
    const { succeeded } = await store.transact({
      compare: [{ key, target: 'modRevision', is: '=', value: entry?.modRevision ?? 0 }],
      then: [{ do: 'put', key, value }],
    });
    if (succeeded) return;
  }
}
