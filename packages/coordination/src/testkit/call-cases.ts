import { assert, Deadline, isHoldfastError, runWithDeadline } from '@holdfast/core';
import type { CallOptions, CoordinationStore } from '../store/coordination-store.ts';
import { bytesOf, type CoordinationCase, equal, failsWith, later, soon } from './coordination-case.ts';

type Call = (store: CoordinationStore, key: string, options: CallOptions) => Promise<unknown>;

const calls: Readonly<Record<string, Call>> = {
  get: (store, key, options) => store.get(key, options),
  range: (store, key, options) => store.range(key, options),
  put: (store, key, options) => store.put(key, bytesOf('x'), options),
  delete: (store, key, options) => store.delete(key, options),
  deletePrefix: (store, key, options) => store.deletePrefix(key, options),
  transact: (store, key, options) =>
    store.transact({ compare: [], then: [{ do: 'put', key, value: bytesOf('x') }] }, options),
  grantLease: (store, _key, options) => store.grantLease('1h', options),
};

/** What the contract promises of every call: checked input, signals, deadlines, and the end. */
export const callCases: readonly CoordinationCase[] = [
  {
    name: 'refuses input that cannot work, naming the field',
    needs: [],
    async run(under) {
      const store = await under.open();
      const value = bytesOf('x');
      const wrong = (input: unknown) => input as never;
      const attempts: Readonly<Record<string, readonly (() => unknown)[]>> = {
        key: [
          () => store.get(''),
          () => store.put('\ud800', value),
          () => store.delete(wrong(7)),
          () => store.get(wrong(undefined)),
        ],
        prefix: [() => store.range('a\udfff'), () => store.deletePrefix(wrong(null))],
        value: [() => store.put('a', wrong('text'))],
        ttl: [() => store.grantLease(0), () => store.grantLease(-1), () => store.grantLease(wrong('soon'))],
        'options.limit': [
          () => store.range('a', { limit: 0 }),
          () => store.range('a', { limit: 1.5 }),
          () => store.range('a', { limit: Number.NaN }),
        ],
        'options.revision': [
          () => store.get('a', { revision: -1 }),
          () => store.range('a', { revision: 2 ** 60 }),
        ],
        'options.after': [() => store.range('a', { after: '' })],
        'options.consistency': [() => store.get('a', { consistency: wrong('eventual') })],
        'options.lease': [() => store.put('a', value, { lease: wrong('lease') })],
        'transaction.then': [() => store.transact({ compare: [], then: wrong(undefined) })],
        'transaction.then[0].do': [() => store.transact({ compare: [], then: [wrong({ do: 'swap' })] })],
        'transaction.then[0].key': [
          () => store.transact({ compare: [], then: [{ do: 'put', key: '', value }] }),
        ],
        'transaction.else[0].value': [
          () => store.transact({ compare: [], then: [], else: [wrong({ do: 'put', key: 'a' })] }),
        ],
        'transaction.compare[0].is': [
          () =>
            store.transact({
              compare: [{ key: 'a', target: 'version', is: wrong('=='), value: 1 }],
              then: [],
            }),
        ],
        'transaction.compare[0].target': [
          () =>
            store.transact({ compare: [{ key: 'a', target: wrong('lease'), is: '=', value: 1 }], then: [] }),
        ],
        'transaction.compare[0].value': [
          () => store.transact({ compare: [{ key: 'a', target: 'version', is: '=', value: -1 }], then: [] }),
        ],
      };
      for (const [field, list] of Object.entries(attempts)) {
        for (const attempt of list) {
          const error = await Promise.resolve(attempt()).then(
            () => undefined,
            (thrown: unknown) => thrown,
          );
          assert(isHoldfastError(error), `a wrong ${field} is refused`);
          equal(error.code, 'INVALID_ARGUMENT', `the code for a wrong ${field}`);
          equal(error.context['field'], field, 'the field named');
        }
      }
    },
  },
  {
    name: 'a signal that has aborted stops every call before it begins',
    needs: [],
    async run(under) {
      const store = await under.open();
      const key = `${under.prefix}key`;
      const signal = AbortSignal.abort(new Error('enough'));
      for (const [name, call] of Object.entries(calls)) {
        await failsWith('ABORTED', call(store, key, { signal }), name);
      }
      equal(await store.get(key), undefined, 'what was put');
    },
  },
  {
    name: 'a deadline that has passed stops every call before it begins',
    needs: [],
    async run(under) {
      const store = await under.open();
      const key = `${under.prefix}key`;
      const clock = { now: () => under.now(), coarseNow: () => under.now(), wall: () => 0 };
      const passed = new Deadline(under.now() - 1, clock);
      for (const [name, call] of Object.entries(calls)) {
        const attempt = runWithDeadline(passed, () => call(store, key, {}));
        const error = await attempt.then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        assert(isHoldfastError(error), `${name} fails`);
        equal(error.code, 'REQUEST_TIMED_OUT', `the code of ${name}`);
        equal(error.executed, 'no', `whether ${name} was executed`);
      }
      equal(await store.get(key), undefined, 'what was put');
    },
  },
  {
    name: 'every call that waits ends with its signal',
    needs: ['cut'],
    async run(under) {
      const store = await under.open();
      const key = `${under.prefix}key`;
      await store.put(key, bytesOf('x'));
      const mend = await under.cut(store);
      for (const [name, call] of Object.entries(calls)) {
        const abort = new AbortController();
        const attempt = later(call(store, key, { signal: abort.signal }));
        await under.sleep('20ms');
        abort.abort(new Error('enough'));
        await soon(under, failsWith('ABORTED', attempt, name), `the end of ${name}`, '1s');
      }
      await mend();
      // A read, which every engine may repeat on a new connection.
      await store.get(key);
    },
  },
  {
    name: 'every call that waits ends with its deadline',
    needs: ['cut'],
    async run(under) {
      const store = await under.open();
      const key = `${under.prefix}key`;
      await store.put(key, bytesOf('x'));
      const mend = await under.cut(store);
      const clock = { now: () => under.now(), coarseNow: () => under.now(), wall: () => 0 };
      for (const [name, call] of Object.entries(calls)) {
        const deadline = new Deadline(under.now() + 100_000, clock);
        const attempt = later(runWithDeadline(deadline, () => call(store, key, {})));
        const codes = ['REQUEST_TIMED_OUT', 'STORE_UNAVAILABLE', 'OUTCOME_UNKNOWN'];
        await soon(under, failsWith(codes, attempt, name), `the end of ${name}`, '5s');
      }
      await mend();
      // A read, which every engine may repeat on a new connection.
      await store.get(key);
    },
  },
  {
    name: 'a closed store refuses everything and holds nothing',
    needs: ['held'],
    async run(under) {
      const before = under.held();
      const store = await under.open();
      const key = `${under.prefix}key`;
      for (const call of Object.values(calls)) await call(store, key, {});
      const watch = store.watch(under.prefix);
      const next = later(watch.next());
      await soon(under, watch.started, 'the start');
      await soon(under, store.close(), 'closing');
      await soon(under, failsWith('STORE_CLOSED', next, 'a watch that waits'), 'the end of a watch');
      for (const [name, call] of Object.entries(calls)) {
        await failsWith('STORE_CLOSED', call(store, key, {}), name);
      }
      await failsWith(
        'STORE_CLOSED',
        Promise.resolve().then(() => store.watch('').next()),
        'watching',
      );
      await soon(under, store.close(), 'closing again');
      await under.sleep('100ms');
      equal(under.held(), before, 'what is held');
    },
  },
  {
    name: 'calls that wait when a store is closed end with STORE_CLOSED',
    needs: ['cut'],
    async run(under) {
      const store = await under.open();
      const key = `${under.prefix}key`;
      await store.get(key);
      const mend = await under.cut(store);
      const waiting = Object.values(calls).map((call) => later(call(store, key, {})));
      await under.sleep('20ms');
      await soon(under, store.close(), 'closing', '5s');
      for (const attempt of waiting)
        await soon(under, failsWith('STORE_CLOSED', attempt, 'a call'), 'its end');
      await mend();
    },
  },
];
