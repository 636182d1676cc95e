import { describe, expect, test } from 'vitest';
import { etcdRefusals } from '../etcd/etcd-errors.ts';
import type { Event } from '../etcd/key-value.ts';
import {
  CompactionRequest,
  DeleteRangeRequest,
  PutRequest,
  type PutResponse,
  RangeRequest,
  TxnRequest,
} from '../etcd/kv.ts';
import { LeaseGrantRequest } from '../etcd/lease.ts';
import { AlarmAction, AlarmRequest, AlarmType } from '../etcd/maintenance.ts';
import { Member } from '../etcd/membership.ts';
import { sessionRefusals } from '../session/session-messages.ts';
import { type AuthState, openToAll } from './auth-state.ts';
import { type CommandKind, type CommandSession, encodeCommand } from './command.ts';
import { costOfPut, costOfTxn } from './requests/cost.ts';
import type { Applied } from './state-machine.ts';
import { Store, type StoreOptions } from './store.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const text = (value: Uint8Array): string => Buffer.from(value).toString('latin1');
const none: Uint8Array = new Uint8Array(0);

/** A store with a log of its own. */
class Driven {
  readonly store: Store;
  index = 0;
  time = 0;

  constructor(options: StoreOptions = {}) {
    this.store = new Store(options);
  }

  apply(kind: CommandKind, payload: Uint8Array, session?: CommandSession): Applied {
    return this.store.apply(encodeCommand({ kind, payload, session }), ++this.index, 1, this.time);
  }

  put(key: string, value: string, more: Partial<PutRequest> = {}, session?: CommandSession): Applied {
    const request = PutRequest.create({ key: bytes(key), value: bytes(value), ...more });
    return this.apply('put', PutRequest.encode(request), session);
  }

  remove(key: string): Applied {
    return this.apply(
      'delete-range',
      DeleteRangeRequest.encode(DeleteRangeRequest.create({ key: bytes(key) })),
    );
  }

  compact(revision: number): Applied {
    return this.apply('compact', CompactionRequest.encode({ revision, physical: false }));
  }

  alarm(action: number, alarm: number): Applied {
    return this.apply('alarm', AlarmRequest.encode({ action, memberId: 9n, alarm }));
  }

  all(): string[] {
    const range = this.store.range(RangeRequest.create({ key: bytes('\0'), rangeEnd: bytes('\0') }));
    return 'response' in range ? range.response.kvs.map(({ key, value }) => text(key) + text(value)) : [];
  }
}

describe('store', () => {
  test('puts, reads, deletes and watches', () => {
    const driven = new Driven();
    const { store } = driven;
    const events: Event[] = [];
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
    expect(driven.put('a', '1').revision).toBe(2);
    expect(driven.put('a', '2').revision).toBe(3);
    driven.put('b', '3');
    expect(driven.all()).toEqual(['a2', 'b3']);
    driven.remove('a');
    expect(store.revision).toBe(5);
    expect(
      events.map(({ type, kv, prevKv }) => [type, kv?.modRevision, prevKv && text(prevKv.value)]),
    ).toEqual([
      [0, 2, undefined],
      [0, 3, '1'],
      [1, 5, '2'],
    ]);
  });

  test('has no new revision where nothing has changed', () => {
    const driven = new Driven();
    driven.put('a', '1');
    driven.apply('txn', TxnRequest.encode(TxnRequest.create({})));
    driven.remove('b');
    driven.apply('lease-grant', LeaseGrantRequest.encode({ id: 1n, ttl: 10 }));
    expect(driven.store.revision).toBe(2);
  });

  test('refuses what is malformed, and goes on', () => {
    const driven = new Driven();
    expect(driven.apply('put', Uint8Array.of(0x0a, 200)).result).toHaveProperty('refusal.code', 13);
    expect(driven.put('a', '1').revision).toBe(2);
  });

  test('knows members, those that were, and that they have changed', () => {
    const driven = new Driven();
    const { members } = driven.store;
    const seen = new Set([members.version]);
    const member = (fields: Partial<Member>): Uint8Array => Member.encode(Member.create(fields));
    for (const id of [2n ** 63n + 1n, 1n]) {
      driven.apply('member-put', member({ id, peerUrls: ['http://127.0.0.1:1'], isLearner: id === 1n }));
      seen.add(members.version);
    }
    driven.apply('member-attributes', member({ id: 1n, name: 'one', clientUrls: ['http://127.0.0.1:2'] }));
    seen.add(members.version);
    driven.apply('member-remove', member({ id: 2n ** 63n + 1n }));
    seen.add(members.version);
    expect(seen.size).toBe(5);
    expect(members.list()).toEqual([
      {
        id: 1n,
        name: 'one',
        peerUrls: ['http://127.0.0.1:1'],
        clientUrls: ['http://127.0.0.1:2'],
        isLearner: true,
      },
    ]);
    expect(members.isRemoved(2n ** 63n + 1n)).toBe(true);
    expect(members.isRemoved(1n)).toBe(false);
  });
});

describe('quota', () => {
  const value = 'x'.repeat(1000);

  test('refuses puts beyond it, and has room again after a compaction', () => {
    const driven = new Driven({ quota: 10_000 });
    let refused = 0;
    for (let count = 0; count < 20; count++) refused += 'refusal' in driven.put('k', value).result ? 1 : 0;
    expect(refused).toBeGreaterThan(5);
    const request = PutRequest.create({ key: bytes('k'), value: bytes(value) });
    expect(driven.store.checkRoom(costOfPut(request))).toBe(etcdRefusals.noSpace);
    // Deleting takes no room.
    expect(driven.remove('k').result).toHaveProperty('response.deleted', 1);
    driven.compact(driven.store.revision);
    expect(driven.store.bytesInUse).toBe(0);
    expect(driven.put('k', value).result).toHaveProperty('response');
  });

  test('counts what can be read, no more and no less, as keys come and go', () => {
    const driven = new Driven();
    for (let round = 0; round < 3; round++) {
      for (let count = 0; count < 50; count++) driven.put(`k${count % 10}`, value);
      for (let count = 0; count < 5; count++) driven.remove(`k${count}`);
      driven.compact(driven.store.revision);
    }
    expect(driven.store.bytesInUse).toBe(5 * (1000 + 2 + 80));
  });

  test('once the alarm is raised, nothing is put or granted until it is taken back', () => {
    const driven = new Driven();
    driven.put('a', '1');
    driven.alarm(AlarmAction.ACTIVATE, AlarmType.NOSPACE);
    expect(driven.store.alarms()).toEqual([{ memberId: 9n, alarm: AlarmType.NOSPACE }]);
    const put = { request: { case: 'put' as const, value: PutRequest.create({ key: bytes('b') }) } };
    const putting = TxnRequest.create({ success: [put] });
    expect(driven.put('b', '').result).toEqual({ refusal: etcdRefusals.noSpace });
    expect(driven.apply('txn', TxnRequest.encode(putting)).result).toEqual({ refusal: etcdRefusals.noSpace });
    expect(driven.apply('lease-grant', LeaseGrantRequest.encode({ id: 1n, ttl: 9 })).result).toEqual({
      refusal: etcdRefusals.noSpace,
    });
    expect(driven.store.checkRoom(costOfTxn(putting))).toBe(etcdRefusals.noSpace);
    expect(driven.store.checkRoom(costOfTxn(TxnRequest.create({})))).toBe(undefined);
    expect(driven.remove('a').result).toHaveProperty('response.deleted', 1);
    expect(driven.compact(driven.store.revision).result).toHaveProperty('response');
    expect(driven.alarm(AlarmAction.DEACTIVATE, AlarmType.NOSPACE).result).toHaveProperty('response.alarms', [
      { memberId: 9n, alarm: AlarmType.NOSPACE },
    ]);
    expect(driven.put('b', '').result).toHaveProperty('response');
  });

  test('a corrupt cluster changes nothing', () => {
    const driven = new Driven();
    driven.put('a', '1');
    driven.alarm(AlarmAction.ACTIVATE, AlarmType.CORRUPT);
    const corrupt = { refusal: etcdRefusals.corrupt };
    expect(driven.put('b', '').result).toEqual(corrupt);
    expect(driven.remove('a').result).toEqual(corrupt);
    expect(driven.compact(2).result).toEqual(corrupt);
    expect(driven.all()).toEqual(['a1']);
  });
});

describe('sessions', () => {
  const session = (id: number, sequence: number, answeredBelow = 1): CommandSession => ({
    id,
    sequence,
    answeredBelow,
  });

  test('apply a repeated request once, and answer it as before', () => {
    const driven = new Driven();
    const opened = driven.apply('session-register', none);
    expect(opened.result).toEqual({ response: { session: 1 } });
    driven.put('a', '0');
    const once = driven.put('a', '1', { prevKv: true }, session(1, 1));
    driven.put('a', '2', {}, session(1, 2));
    const again = driven.put('a', '1', { prevKv: true }, session(1, 1));
    expect(again.revision).toBe(3);
    const response = (applied: Applied): PutResponse | undefined =>
      'response' in applied.result ? (applied.result.response as PutResponse) : undefined;
    expect(text(response(again)!.prevKv!.value)).toBe('0');
    expect(response(again)!.header).toEqual(response(once)!.header);
    expect(driven.put('a', '2', {}, session(1, 2)).result).toHaveProperty('response.header.revision', 4);
    expect(driven.all()).toEqual(['a2']);
    // A refusal is an answer too, and stays what it was.
    const refused = driven.put('b', '', { lease: 5n }, session(1, 3));
    driven.apply('lease-grant', LeaseGrantRequest.encode({ id: 5n, ttl: 9 }));
    expect(driven.put('b', '', { lease: 5n }, session(1, 3))).toEqual(refused);
    expect(driven.put('c', '', {}, session(1, 2, 4)).result).toEqual({ refusal: sessionRefusals.answered });
  });

  test('a request that is refused because users or roles have just changed is carried out when it comes again', () => {
    let current = 2;
    const auth: AuthState = {
      ...openToAll,
      permits: (asking) => (asking!.revision < current ? etcdRefusals.authOldRevision : undefined),
    };
    const { store } = new Driven({ auth });
    let index = 0;
    const put = (revision: number): Applied =>
      store.apply(
        encodeCommand({
          kind: 'put',
          session: session(1, 1),
          auth: { user: 'root', revision },
          payload: PutRequest.encode(PutRequest.create({ key: bytes('a') })),
        }),
        ++index,
        1,
        0,
      );
    store.apply(encodeCommand({ kind: 'session-register', payload: none }), ++index, 1, 0);
    expect(put(1).result).toEqual({ refusal: etcdRefusals.authOldRevision });
    expect(put(2).result).toHaveProperty('response.header.revision', 2);
    current = 3;
    expect(put(2).result).toHaveProperty('response.header.revision', 2);
    expect(store.revision).toBe(2);
  });

  test('end when they are closed, displaced, or idle for too long', () => {
    const driven = new Driven({ sessions: { sessionsMax: 2, idleMax: 100, requestsMax: 2 } });
    const ended = { refusal: sessionRefusals.ended };
    for (let count = 0; count < 3; count++) driven.apply('session-register', none);
    expect(driven.put('a', '', {}, session(1, 1)).result).toEqual(ended);
    expect(driven.put('a', '', {}, session(2, 1)).result).toHaveProperty('response');
    expect(driven.put('a', '', {}, session(2, 2)).result).toHaveProperty('response');
    expect(driven.put('a', '', {}, session(2, 3)).result).toEqual({ refusal: sessionRefusals.tooMany });
    driven.time = 99;
    expect(driven.apply('session-keep-alive', none, session(2, 0)).result).toEqual({ response: {} });
    driven.time = 110;
    expect(driven.apply('session-keep-alive', none, session(3, 0)).result).toEqual(ended);
    driven.apply('session-close', none, session(2, 0));
    expect(driven.put('a', '', {}, session(2, 3, 3)).result).toEqual(ended);
    expect(driven.store.sessionCount).toBe(0);
  });
});

test('as the beginning of another cluster it knows no member, none that was, and no alarm, but all keys', () => {
  const driven = new Driven();
  driven.put('a', '1');
  for (const id of [1n, 2n]) driven.apply('member-put', Member.encode(Member.create({ id, name: `m${id}` })));
  driven.apply('member-remove', Member.encode(Member.create({ id: 2n })));
  driven.alarm(AlarmAction.ACTIVATE, AlarmType.NOSPACE);
  const { store } = driven;
  const { revision, members } = store;
  const { version } = members;
  store.beginAnew();
  expect([store.members.list(), store.members.isRemoved(2n), store.alarms()]).toEqual([[], false, []]);
  expect(store.members.version).toBeGreaterThan(version);
  expect([store.revision, driven.all()]).toEqual([revision, ['a1']]);
});
