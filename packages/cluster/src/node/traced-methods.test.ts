import { type OperationScope, observeOperations } from '@holdfast/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EtcdError, etcdRefusals } from '../etcd/etcd-errors.ts';
import { PutRequest, PutResponse } from '../etcd/kv.ts';
import { WatchRequest, WatchResponse } from '../etcd/watch.ts';
import type { Call, StreamMethod, UnaryMethod } from '../services/call.ts';
import { stream, unary } from '../services/method.ts';
import { tracedMethods } from './traced-methods.ts';

const putPath = '/etcdserverpb.KV/Put';
const watchPath = '/etcdserverpb.Watch/Watch';
const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
const call: Call = {
  token: undefined,
  certificateName: undefined,
  signal: new AbortController().signal,
  requiresLeader: false,
  session: undefined,
};
const methods = (answer: () => PutResponse | Promise<PutResponse>) =>
  tracedMethods(
    new Map([
      [putPath, unary(putPath, PutRequest, PutResponse, answer)],
      [watchPath, stream(watchPath, WatchRequest, WatchResponse, async () => {})],
    ]),
    { id: 'ab12', status: () => ({ role: 'leader' }) },
  );
const put = (answer: () => PutResponse | Promise<PutResponse>) =>
  methods(answer).get(putPath) as unknown as UnaryMethod<PutRequest, PutResponse>;

let told: unknown[];
let stop: () => void;

beforeEach(() => {
  told = [];
  stop = observeOperations({
    enter: (name, attributes, origin): OperationScope => {
      told.push([name, attributes, origin]);
      return {
        bind: (fn) => fn(),
        set: (more) => told.push(more),
        event: () => {},
        exit: (error) => told.push(error === undefined ? 'done' : error),
      };
    },
  });
});

afterEach(() => stop());

const entered = (protocol: string) => [
  'etcdserverpb.KV/Put',
  {
    'rpc.system': protocol,
    'rpc.service': 'etcdserverpb.KV',
    'rpc.method': 'Put',
    'holdfast.cluster.member': 'ab12',
    'holdfast.cluster.role': 'leader',
  },
  { traceparent },
];

test('a call that comes with a trace is an operation of it', async () => {
  const response = PutResponse.create({});
  expect(put(() => response).handle(PutRequest.create({}), { ...call, traceparent })).toBe(response);
  const later = put(async () => response);
  await later.handle(PutRequest.create({}), { ...call, traceparent, protocol: 'holdfast' });
  expect(told).toEqual([entered('grpc'), 'done', entered('holdfast'), 'done']);
});

test('one that fails says how', async () => {
  const refused = new EtcdError(etcdRefusals.noSpace);
  const failing = put(() => {
    throw refused;
  });
  expect(() => failing.handle(PutRequest.create({}), { ...call, traceparent })).toThrow(refused);
  const later = put(() => Promise.reject(refused));
  await expect(later.handle(PutRequest.create({}), { ...call, traceparent })).rejects.toThrow(refused);
  const failed = [{ 'rpc.grpc.status_code': refused.code }, refused];
  expect(told).toEqual([entered('grpc'), ...failed, entered('grpc'), ...failed]);
});

test('without a trace there is no operation, and for a stream never', async () => {
  await put(() => PutResponse.create({})).handle(PutRequest.create({}), call);
  const watch = methods(() => PutResponse.create({})).get(watchPath) as unknown as StreamMethod<
    WatchRequest,
    WatchResponse
  >;
  const sink = { send: () => true, sendEncoded: () => true, drained: async () => {}, queuedBytes: 0 };
  await watch.handle((async function* () {})(), sink, { ...call, traceparent });
  expect(told).toEqual([]);
});
