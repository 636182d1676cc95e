import { expect, test } from 'vitest';
import { DeleteRangeRequest, PutRequest, RangeRequest, type RequestOp, TxnRequest } from '../../etcd/kv.ts';
import { AlarmAction, AlarmRequest, AlarmType } from '../../etcd/maintenance.ts';
import { type CommandKind, encodeCommand } from '../command.ts';
import { Store } from '../store.ts';

const key = Uint8Array.of(1);
const putKey = PutRequest.create({ key, value: key });
const rangeKey = RangeRequest.create({ key });

function started() {
  const store = new Store();
  let index = 0;
  const apply = (kind: CommandKind, payload: Uint8Array) =>
    store.apply(encodeCommand({ kind, payload }), ++index, 1, 0);
  return { store, apply };
}

test('a store counts what it does to keys as etcd does', () => {
  const { store, apply } = started();
  apply('put', PutRequest.encode(putKey));
  apply('put', PutRequest.encode(PutRequest.create({ key, value: key, lease: 7n }))); // Refused.
  apply('delete-range', DeleteRangeRequest.encode(DeleteRangeRequest.create({ key })));
  store.range(rangeKey);
  const put: RequestOp = { request: { case: 'put', value: putKey } };
  const range: RequestOp = { request: { case: 'range', value: rangeKey } };
  const nested: RequestOp = {
    request: { case: 'txn', value: TxnRequest.create({ success: [range, range] }) },
  };
  apply('txn', TxnRequest.encode(TxnRequest.create({ success: [put] })));
  apply('txn', TxnRequest.encode(TxnRequest.create({ success: [put, nested] })));
  store.readTxn(TxnRequest.create({ success: [range, range] }));
  expect({ ...store.operations }).toEqual({ puts: 3, deletes: 1, ranges: 5, transactions: 2 });
});

test('a store knows which watchers are behind, and how many events were sent', () => {
  const { store, apply } = started();
  const taking = { reads: true };
  const watcher = store.watch(
    { key, rangeEnd: new Uint8Array(0) },
    { events: () => taking.reads, compacted: () => {} },
  );
  const figures = () => [store.watcherCount, store.slowWatcherCount, store.watchEventCount];
  apply('put', PutRequest.encode(putKey));
  expect(figures()).toEqual([1, 0, 1]);
  taking.reads = false;
  apply('put', PutRequest.encode(putKey));
  apply('put', PutRequest.encode(putKey));
  expect(figures()).toEqual([1, 1, 1]);
  taking.reads = true;
  watcher.resume();
  while (store.idle(1_000, () => 0));
  expect(figures()).toEqual([1, 0, 3]);
  watcher.cancel();
  expect(figures()).toEqual([0, 0, 3]);
});

test('a store tells of alarms that begin and end, and not of those that are there already', () => {
  const { store, apply } = started();
  const told: string[] = [];
  store.onAlarm = ({ memberId }, raised) => told.push(`${memberId} ${raised}`);
  const alarm = (action: number) =>
    apply(
      'alarm',
      AlarmRequest.encode(AlarmRequest.create({ action, memberId: 5n, alarm: AlarmType.NOSPACE })),
    );
  for (const action of [AlarmAction.ACTIVATE, AlarmAction.ACTIVATE, AlarmAction.GET]) alarm(action);
  for (const action of [AlarmAction.DEACTIVATE, AlarmAction.DEACTIVATE]) alarm(action);
  expect(told).toEqual(['5 true', '5 false']);
});
