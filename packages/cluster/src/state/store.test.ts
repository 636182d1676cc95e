import { describe, expect, test } from 'vitest';
import type { Event } from '../etcd/key-value.ts';
import { DeleteRangeRequest, PutRequest, RangeRequest, TxnRequest } from '../etcd/kv.ts';
import { encodeCommand } from './command.ts';
import { Store } from './store.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const text = (value: Uint8Array): string => Buffer.from(value).toString('latin1');

describe('store', () => {
  test('puts, reads, deletes and watches', () => {
    const store = new Store();
    const events: Event[] = [];
    let index = 0;
    const apply = (kind: 'put' | 'delete-range' | 'txn', payload: Uint8Array) =>
      store.apply(encodeCommand({ kind, payload }), ++index, 1, index);
    const put = (key: string, value: string) =>
      apply('put', PutRequest.encode(PutRequest.create({ key: bytes(key), value: bytes(value) })));
    store.watch(
      { key: bytes('a'), rangeEnd: bytes('b'), previous: true },
      {
        events: (batch) => {
          events.push(...batch.events);
          return true;
        },
        compacted: () => {},
      },
    );
    expect(put('a', '1').revision).toBe(2);
    expect(put('a', '2').revision).toBe(3);
    put('b', '3');
    const all = store.range(RangeRequest.create({ key: bytes('\0'), rangeEnd: bytes('\0') }));
    expect('response' in all && all.response.kvs.map(({ key, value }) => text(key) + text(value))).toEqual([
      'a2',
      'b3',
    ]);
    apply('delete-range', DeleteRangeRequest.encode(DeleteRangeRequest.create({ key: bytes('a') })));
    expect(store.revision).toBe(5);
    expect(
      events.map(({ type, kv, prevKv }) => [type, kv?.modRevision, prevKv && text(prevKv.value)]),
    ).toEqual([
      [0, 2, undefined],
      [0, 3, '1'],
      [1, 5, '2'],
    ]);
    // Nothing changes, so neither does the revision.
    apply('txn', TxnRequest.encode(TxnRequest.create({})));
    expect(store.revision).toBe(5);
  });
});
