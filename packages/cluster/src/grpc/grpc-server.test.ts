import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import { gzipSync } from 'node:zlib';
import { ManualWorld, platformWorld, type World } from '@holdfast/core';
import { nodeNetwork } from '@holdfast/runtime';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  EtcdError,
  etcdRefusals,
  LeaseKeepAliveRequest,
  LeaseKeepAliveResponse,
  PutRequest,
  PutResponse,
} from '../etcd/index.ts';
import type { Call, Method, MethodTable, ResponseSink } from '../services/call.ts';
import { GrpcServer, type GrpcServerOptions } from './grpc-server.ts';

const putPath = '/etcdserverpb.KV/Put';
const keepAlivePath = '/etcdserverpb.Lease/LeaseKeepAlive';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

type Put = (request: PutRequest, call: Call) => Promise<PutResponse> | PutResponse;
type KeepAlive = (
  requests: AsyncIterable<LeaseKeepAliveRequest>,
  responses: ResponseSink<LeaseKeepAliveResponse>,
  call: Call,
) => Promise<void>;

const echo: Put = ({ key, value }) =>
  PutResponse.create({
    prevKv: { key, value, createRevision: 1, modRevision: 2, version: 3, lease: 0n },
  });

const echoAll: KeepAlive = async (requests, responses) => {
  for await (const { id } of requests) responses.send(LeaseKeepAliveResponse.create({ id, ttl: 5 }));
};

interface Served {
  readonly server: GrpcServer;
  readonly client: http2.ClientHttp2Session;
  readonly port: number;
}

async function serve(
  handlers: { put?: Put; keepAlive?: KeepAlive },
  options?: GrpcServerOptions,
  world: World = platformWorld(),
): Promise<Served> {
  const put: Method<PutRequest, PutResponse> = {
    kind: 'unary',
    path: putPath,
    request: PutRequest,
    response: PutResponse,
    handle: handlers.put ?? echo,
  };
  const keepAlive: Method<LeaseKeepAliveRequest, LeaseKeepAliveResponse> = {
    kind: 'stream',
    path: keepAlivePath,
    request: LeaseKeepAliveRequest,
    response: LeaseKeepAliveResponse,
    handle: handlers.keepAlive ?? echoAll,
  };
  const methods = new Map<string, unknown>(
    [put, keepAlive].map((method) => [method.path, method]),
  ) as MethodTable;
  const server = new GrpcServer(methods, world, options);
  const listener = await nodeNetwork().listen(0, (connection) => server.serve(connection));
  const client = http2.connect(`http://127.0.0.1:${listener.address.port}`);
  client.on('error', () => {});
  cleanups.push(() => {
    client.destroy();
    server.destroy();
    void listener.close();
  });
  return { server, client, port: listener.address.port };
}

interface Answer {
  readonly headers: http2.IncomingHttpHeaders & { ':status'?: number | undefined };
  readonly body: Buffer;
  readonly trailers: http2.IncomingHttpHeaders;
  /** gRPC's status, wherever it stood. */
  readonly status: string | undefined;
  readonly message: string | undefined;
}

function begin(
  client: http2.ClientHttp2Session,
  path: string,
  headers: http2.OutgoingHttpHeaders = {},
): http2.ClientHttp2Stream {
  const stream = client.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  });
  stream.on('error', () => {});
  return stream;
}

function answerOf(stream: http2.ClientHttp2Stream): Promise<Answer> {
  let headers: Answer['headers'] = {};
  let trailers: http2.IncomingHttpHeaders = {};
  const parts: Buffer[] = [];
  stream.on('response', (fields) => {
    headers = fields;
  });
  stream.on('trailers', (fields) => {
    trailers = fields;
  });
  stream.on('data', (part: Buffer) => parts.push(part));
  return new Promise((resolve) => {
    stream.on('close', () => {
      const end = headers['grpc-status'] === undefined ? trailers : headers;
      resolve({
        headers,
        body: Buffer.concat(parts),
        trailers,
        status: end['grpc-status'] as string | undefined,
        message: end['grpc-message'] as string | undefined,
      });
    });
  });
}

function request(
  client: http2.ClientHttp2Session,
  path: string,
  body: Uint8Array,
  headers?: http2.OutgoingHttpHeaders,
): Promise<Answer> {
  const stream = begin(client, path, headers);
  stream.end(body);
  return answerOf(stream);
}

function frame(message: Uint8Array, compressed = 0, length = message.length): Buffer {
  const head = Buffer.alloc(5);
  head[0] = compressed;
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, message]);
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const putOf = (value: Uint8Array): Uint8Array =>
  PutRequest.encode(PutRequest.create({ key: text('k'), value }));
const put = (value = 'v'): Buffer => frame(putOf(text(value)));
const keepAlive = (id: bigint): Buffer => frame(LeaseKeepAliveRequest.encode({ id }));
const never = new Promise<never>(() => {});

function* messages(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += 5 + body.readUInt32BE(at + 1)) {
    yield body.subarray(at + 5, at + 5 + body.readUInt32BE(at + 1));
  }
}

describe('a unary call', () => {
  it('is answered with a message and status 0', async () => {
    const { client } = await serve({});
    const answer = await request(client, putPath, put('value'));
    expect(answer.headers).toMatchObject({ ':status': 200, 'content-type': 'application/grpc' });
    expect(answer.trailers).toMatchObject({ 'grpc-status': '0' });
    expect(PutResponse.decode(answer.body.subarray(5)).prevKv?.value).toEqual(Buffer.from('value'));
  });

  it('is understood however its bytes are cut', async () => {
    const { client } = await serve({});
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 40_000 }),
        fc.array(fc.nat(40_000)),
        async (value, cuts) => {
          const body = frame(putOf(value));
          const stream = begin(client, putPath);
          let from = 0;
          for (const to of [...cuts.filter((cut) => cut < body.length).sort((a, b) => a - b), body.length]) {
            await new Promise((resolve) => stream.write(body.subarray(from, to), resolve));
            from = to;
          }
          stream.end();
          const answer = await answerOf(stream);
          expect(Buffer.from(PutResponse.decode(answer.body.subarray(5)).prevKv!.value).equals(value)).toBe(
            true,
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  it('keeps what it was asked for while other requests arrive', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { client } = await serve({
      put: async (request, call) => {
        await held;
        return echo(request, call);
      },
    });
    const answers = Array.from({ length: 50 }, (_, index) => request(client, putPath, put(`value ${index}`)));
    release();
    for (const [index, answer] of (await Promise.all(answers)).entries()) {
      expect(PutResponse.decode(answer.body.subarray(5)).prevKv?.value).toEqual(
        Buffer.from(`value ${index}`),
      );
    }
  });

  it('that is refused is told the code and the message alone', async () => {
    const { client } = await serve({
      put: () => {
        throw new EtcdError(etcdRefusals.compacted);
      },
    });
    const answer = await request(client, putPath, put());
    expect(answer.headers).toMatchObject({
      ':status': 200,
      'grpc-status': '11',
      'grpc-message': 'etcdserver: mvcc: required revision has been compacted',
    });
    expect(answer.body).toHaveLength(0);
  });

  it('has a message encoded that HTTP could not carry', async () => {
    const { client } = await serve({
      put: () => Promise.reject(new EtcdError({ code: 3, message: '100% für\n\ud800' })),
    });
    const { message } = await request(client, putPath, put());
    expect(message).toBe('100%25 f%C3%BCr%0A%EF%BF%BD');
  });

  it('carries token, leader requirement and no certificate', async () => {
    const calls: Call[] = [];
    const { client } = await serve({
      put: (request, call) => {
        calls.push(call);
        return echo(request, call);
      },
    });
    await request(client, putPath, put(), { token: 'first', authorization: 'second', hasleader: 'true' });
    await request(client, putPath, put(), { authorization: 'second', traceparent: '00-ab-cd-01' });
    expect(calls[0]).toMatchObject({ token: 'first', requiresLeader: true, certificateName: undefined });
    expect(calls[1]).toMatchObject({ token: 'second', requiresLeader: false, session: undefined });
    expect(calls.map(({ traceparent }) => traceparent)).toEqual([undefined, '00-ab-cd-01']);
  });

  it('ends at its deadline, and its handler hears of that', async () => {
    let signal: AbortSignal | undefined;
    const { client } = await serve({
      put: (_, call) => {
        signal = call.signal;
        return never;
      },
    });
    expect(await request(client, putPath, put(), { 'grpc-timeout': '20m' })).toMatchObject({
      status: '4',
      message: 'context deadline exceeded',
    });
    expect(signal?.aborted).toBe(true);
    expect(await request(client, putPath, put(), { 'grpc-timeout': 'soon' })).toMatchObject({ status: '13' });
  });

  it('leaves no timer behind, however it ends', async () => {
    const world = new ManualWorld();
    const { client } = await serve({}, {}, world);
    await request(client, putPath, put());
    const before = world.pendingTimers;
    const headers = { 'grpc-timeout': '1H' };
    await request(client, putPath, put(), headers);
    await request(client, putPath, Buffer.alloc(0), headers);
    await request(client, keepAlivePath, keepAlive(1n), headers);
    const called = begin(client, keepAlivePath, headers);
    called.write(keepAlive(1n));
    await new Promise((resolve) => called.once('response', resolve));
    expect(world.pendingTimers).toBe(before + 1);
    called.close(http2.constants.NGHTTP2_CANCEL);
    await expect.poll(() => world.pendingTimers).toBe(before);
  });

  it('that the client calls off aborts its handler', async () => {
    let begun = (_: AbortSignal): void => {};
    const signal = new Promise<AbortSignal>((resolve) => {
      begun = resolve;
    });
    const { client } = await serve({
      put: (_, call) => {
        begun(call.signal);
        return never;
      },
    });
    const stream = begin(client, putPath);
    stream.end(put());
    const heard = await signal;
    stream.close(http2.constants.NGHTTP2_CANCEL);
    await new Promise<void>((resolve) => {
      if (heard.aborted) resolve();
      else heard.addEventListener('abort', () => resolve());
    });
    expect(heard.reason).toMatchObject({ code: 'ABORTED' });
  });

  it.each([
    ['a method nobody knows', '/etcdserverpb.KV/Pull', {}, put(), { status: '12' }],
    ['no message', putPath, {}, Buffer.alloc(0), { status: '13' }],
    ['half a message', putPath, {}, put().subarray(0, 7), { status: '13' }],
    ['two messages', putPath, {}, Buffer.concat([put(), put()]), { status: '13' }],
    ['what is no message', putPath, {}, frame(text('\u0007\u0007\u0007')), { status: '13' }],
    [
      'a compression nobody knows',
      putPath,
      { 'grpc-encoding': 'snappy' },
      frame(putOf(text('v')), 1),
      { status: '12' },
    ],
    ['a compression it did not announce', putPath, {}, frame(putOf(text('v')), 1), { status: '13' }],
    ['gzip that is none', putPath, { 'grpc-encoding': 'gzip' }, frame(text('zip'), 1), { status: '13' }],
    ['too large a message', putPath, {}, frame(new Uint8Array(1001)), { status: '8' }],
    ['the announcement of one', putPath, {}, frame(text('v'), 0, 0xffff_ffff), { status: '8' }],
    [
      'one that grows too large',
      putPath,
      { 'grpc-encoding': 'gzip' },
      frame(gzipSync(Buffer.alloc(1001)), 1),
      { status: '8' },
    ],
  ])('with %s is refused', async (_, path, headers, body, expected) => {
    const { client } = await serve({}, { messageBytesMax: 1000 });
    expect(await request(client, path, body, headers)).toMatchObject(expected);
    expect(await request(client, putPath, put())).toMatchObject({ status: '0' });
  });

  it('may be compressed', async () => {
    const { client } = await serve({});
    const body = frame(gzipSync(putOf(text('compressed'))), 1);
    const answer = await request(client, putPath, body, { 'grpc-encoding': 'gzip' });
    expect(PutResponse.decode(answer.body.subarray(5)).prevKv?.value).toEqual(Buffer.from('compressed'));
  });

  it('that is none of gRPC is told so in HTTP', async () => {
    const { client } = await serve({});
    expect((await request(client, putPath, put(), { 'content-type': 'text/plain' })).headers[':status']).toBe(
      415,
    );
    expect((await request(client, putPath, Buffer.alloc(0), { ':method': 'PUT' })).headers[':status']).toBe(
      405,
    );
  });

  it('cannot hold more memory in parts than all calls may together', async () => {
    const { client } = await serve({}, { messageBytesMax: 1_000, partialBytesMax: 2_500 });
    const begun = Array.from({ length: 3 }, () => {
      const stream = begin(client, putPath);
      stream.write(frame(text('v'), 0, 1_000));
      return stream;
    });
    expect(await answerOf(begun[2]!)).toMatchObject({ status: '8' });
    begun[0]!.close(http2.constants.NGHTTP2_CANCEL);
    await new Promise((resolve) => begun[0]!.on('close', resolve));
    expect(await request(client, putPath, put('v'.repeat(900)))).toMatchObject({ status: '0' });
  });
});

it('takes so many calls at once and no more, whether they wait, stream or are called off', async () => {
  const { client, server } = await serve({ put: () => never }, { callsMax: 3 });
  const [unary, other] = [begin(client, putPath), begin(client, putPath)];
  for (const call of [unary, other]) call.end(put());
  const stream = begin(client, keepAlivePath);
  stream.write(keepAlive(1n));
  await expect.poll(() => server.calls).toBe(3);
  expect(await request(client, putPath, put())).toMatchObject({ status: '8' });
  unary.close(http2.constants.NGHTTP2_CANCEL);
  stream.end();
  await expect.poll(() => server.calls).toBe(1);
  await request(client, putPath, put(), { 'grpc-timeout': '1m' });
  await expect.poll(() => server.calls).toBe(1);
  client.destroy();
  await expect.poll(() => server.calls).toBe(0);
});

it('gives an answer of any size, and no further one to who does not read it', async () => {
  const value = new Uint8Array(80_000_000);
  const { client } = await serve({ put: ({ key }, call) => echo(PutRequest.create({ key, value }), call) });
  const large = begin(client, putPath);
  large.end(put());
  await new Promise((resolve) => large.once('response', resolve));
  expect(await request(client, putPath, put())).toMatchObject({ status: '8' });
  const { body } = await answerOf(large);
  expect(body.length).toBeGreaterThan(value.length);
});

describe('a stream', () => {
  it('goes both ways at once', async () => {
    const { client } = await serve({});
    const stream = begin(client, keepAlivePath);
    const received: bigint[] = [];
    stream.write(keepAlive(1n));
    await new Promise<void>((resolve) => {
      stream.on('data', (part: Buffer) => {
        for (const message of messages(part)) received.push(LeaseKeepAliveResponse.decode(message).id);
        if (received.length < 20) stream.write(keepAlive(BigInt(received.length + 1)));
        else resolve();
      });
    });
    stream.end();
    expect(await answerOf(stream)).toMatchObject({ status: '0' });
    expect(received).toEqual(Array.from({ length: 20 }, (_, index) => BigInt(index + 1)));
  });

  it('that fails after its first message says so in its trailers', async () => {
    const { client } = await serve({
      keepAlive: async (_, responses) => {
        responses.send(LeaseKeepAliveResponse.create());
        throw new EtcdError(etcdRefusals.noLeader);
      },
    });
    const answer = await answerOf(begin(client, keepAlivePath));
    expect(answer.trailers).toMatchObject({ 'grpc-status': '14', 'grpc-message': 'etcdserver: no leader' });
    expect([...messages(answer.body)]).toHaveLength(1);
  });

  it('tells a handler to wait for a client that does not read, and loses nothing', async () => {
    const count = 3_000;
    let waits = 0;
    let queuedMost = 0;
    const encoded = LeaseKeepAliveResponse.encode(
      LeaseKeepAliveResponse.create({ id: 2n ** 60n, ttl: 2 ** 50 }),
    );
    const large = Buffer.concat(Array.from({ length: 50 }, () => encoded));
    const { client } = await serve({
      keepAlive: async (_, responses) => {
        for (let sent = 0; sent < count; sent++) {
          if (!responses.sendEncoded(large)) {
            waits++;
            await responses.drained();
          }
          queuedMost = Math.max(queuedMost, responses.queuedBytes);
        }
      },
    });
    const stream = begin(client, keepAlivePath);
    stream.pause();
    await expect.poll(() => waits).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(waits).toBe(1);
    const ended = answerOf(stream);
    stream.resume();
    const answer = await ended;
    expect([...messages(answer.body)]).toHaveLength(count);
    expect(queuedMost).toBeLessThan(400_000);
  });

  it('waits for a handler that does not read yet, and loses nothing', async () => {
    let go = (): void => {};
    const reading = new Promise<void>((resolve) => {
      go = resolve;
    });
    const count = 400;
    let seen = 0;
    const { client } = await serve(
      {
        keepAlive: async (requests) => {
          await reading;
          for await (const _ of requests) seen++;
        },
      },
      { http2: { streamWindow: 100_000 } },
    );
    const stream = begin(client, keepAlivePath);
    // An unknown field makes each message large.
    const padding = Buffer.concat([Buffer.from([0xfa, 0x01, 0x90, 0x4e]), Buffer.alloc(10_000)]);
    for (let sent = 0; sent < count; sent++) stream.write(frame(padding));
    stream.end();
    await new Promise((resolve) => setTimeout(resolve, 50));
    go();
    expect(await answerOf(stream)).toMatchObject({ status: '0' });
    expect(seen).toBe(count);
  });

  it('ends for its handler when the client goes', async () => {
    let ended = (_: unknown): void => {};
    const end = new Promise<unknown>((resolve) => {
      ended = resolve;
    });
    const { client } = await serve({
      keepAlive: async (requests) => {
        try {
          for await (const _ of requests);
        } catch (error) {
          ended(error);
        }
      },
    });
    const stream = begin(client, keepAlivePath);
    stream.write(keepAlive(1n));
    await new Promise((resolve) => setTimeout(resolve, 20));
    client.destroy();
    expect(await end).toMatchObject({ code: 'ABORTED' });
  });
});

describe('a server that drains', () => {
  it('answers what is under way, sends streams elsewhere, and is done when all are gone', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun = 0;
    const { client, server } = await serve({
      put: async (request, call) => {
        begun++;
        await held;
        return echo(request, call);
      },
    });
    const unary = request(client, putPath, put());
    const stream = begin(client, keepAlivePath);
    stream.write(keepAlive(1n));
    const streamed = answerOf(stream);
    await new Promise<void>((resolve) => stream.once('data', () => resolve()));
    expect(begun).toBe(1);
    const drained = server.drain();
    expect(await streamed).toMatchObject({ status: '14', message: 'etcdserver: server stopped' });
    release();
    expect(await unary).toMatchObject({ status: '0' });
    await drained;
    expect(server.connections).toBe(0);
  });
});

it('ends a connection in order when its client does, with a stream under way or not', async () => {
  const { server, client, port } = await serve({ keepAlive: () => new Promise(() => {}) });
  await request(client, putPath, put());
  for (const streams of [0, 1]) {
    const socket = net.connect(port, '127.0.0.1');
    const other = http2.connect('http://127.0.0.1', { createConnection: () => socket });
    const errors: Error[] = [];
    socket.on('error', (error) => errors.push(error));
    other.on('error', () => {});
    await request(other, putPath, put());
    if (streams > 0) begin(other, keepAlivePath).write(keepAlive(1n));
    const ended = once(socket, 'end');
    socket.end();
    await ended;
    expect(errors).toEqual([]);
  }
  await expect.poll(() => server.connections).toBe(1);
});
