import { readFileSync } from 'node:fs';
import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as requestEncrypted } from 'node:https';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Listener, ManualWorld, platformWorld } from '@holdfast/core';
import { nodeNetwork, type TlsOptions } from '@holdfast/runtime';
import { TestCertificates } from '@holdfast/runtime/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { GrpcServer } from '../grpc/grpc-server.ts';
import { openClientPort } from './client-port.ts';
import { serveHttp2Page } from './http2-page.ts';
import { type NodeCondition, statusPages } from './status-pages.ts';
import { plainText } from './web-connection.ts';

let certificates: TestCertificates;
beforeAll(() => {
  certificates = new TestCertificates();
});
afterAll(() => certificates.remove());

const open: Listener[] = [];
afterEach(() => Promise.all(open.splice(0).map((listener) => listener.close())));

const wrong: { unhealthy?: string; unready?: string } = {};
const condition: NodeCondition = {
  unhealthy: () => wrong.unhealthy,
  unready: () => wrong.unready,
  version: { server: '3.4.0', cluster: '3.4.0' },
};
const metrics = ({ accept }: { accept: string | undefined }) => ({
  status: 200,
  contentType: `text/plain; for=${accept}`,
  body: (function* () {
    yield 'one\n';
    yield '';
    yield 'ü'.repeat(100_000);
  })(),
});

async function openPort({ grpc = true, tls }: { grpc?: boolean; tls?: TlsOptions } = {}): Promise<number> {
  const world = { ...platformWorld(), network: nodeNetwork({ tls }) };
  const listener = await openClientPort({
    world,
    port: 0,
    http2: grpc ? (connection, first) => http2.serve(connection, first) : undefined,
    web:
      ({ local }) =>
      (asked) =>
        pages(asked, local),
  });
  open.push(listener);
  return listener.address.port;
}

const pages = statusPages(condition, new Map([['/metrics', metrics]]));
const http2 = new GrpcServer(new Map(), platformWorld(), {
  plain: (stream, { local }) => serveHttp2Page(stream, (asked) => pages(asked, local)),
});

async function askHttp2(url: string, path = '/livez', ca?: Buffer) {
  const session = connectHttp2(url, ca === undefined ? {} : { ca });
  try {
    return await new Promise<{ status: unknown; body: string }>((resolve, reject) => {
      session.on('error', reject);
      const stream = session.request({ ':path': path, accept: 'y' }).on('error', reject);
      stream.on('response', (headers) => {
        text(stream).then((body) => resolve({ status: headers[':status'], body }), reject);
      });
    });
  } finally {
    session.destroy();
  }
}

async function ask(url: string, options: RequestOptions & { ca?: Buffer; cert?: Buffer; key?: Buffer } = {}) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const make = url.startsWith('https') ? requestEncrypted : request;
    make(url, { agent: false, ...options }, resolve)
      .on('error', reject)
      .end();
  });
  return { status: answer.statusCode, type: answer.headers['content-type'], body: await text(answer) };
}

/** What a connection that writes `bytes`, one by one, reads until its end. */
async function say(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  const read = text(socket);
  for (const byte of bytes) {
    socket.write(byte);
    await new Promise(setImmediate);
  }
  return read;
}

describe('one port for gRPC and for plain requests', () => {
  test('serves both', async () => {
    const port = await openPort();
    expect(await ask(`http://127.0.0.1:${port}/health`)).toMatchObject({
      status: 200,
      body: '{"health":"true"}',
    });
    expect(await askHttp2(`http://127.0.0.1:${port}`)).toEqual({ status: 200, body: 'ok\n' });
  });

  test('serves both within TLS, as the two ends agree', async () => {
    const { caFile, ...files } = certificates.make('server');
    const port = await openPort({ tls: { ...files, mutual: false, protocols: ['h2', 'http/1.1'] } });
    const ca = readFileSync(caFile);
    expect(await askHttp2(`https://localhost:${port}`, '/livez', ca)).toEqual({ status: 200, body: 'ok\n' });
    expect((await ask(`https://127.0.0.1:${port}/livez`, { ca })).body).toBe('ok\n');
  });

  test('lets nobody in without a certificate where one is asked for', async () => {
    const files = certificates.make('server');
    const port = await openPort({ tls: { ...files, protocols: ['h2', 'http/1.1'] } });
    const ca = readFileSync(files.caFile);
    await expect(ask(`https://127.0.0.1:${port}/health`, { ca })).rejects.toThrow();
    const own = { cert: readFileSync(files.certFile), key: readFileSync(files.keyFile) };
    expect((await ask(`https://127.0.0.1:${port}/health`, { ca, ...own })).status).toBe(200);
  });

  test('the first bytes may come one by one', async () => {
    const port = await openPort();
    const settings = '\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000';
    const goaway = '\u0000\u0000\u0008\u0007\u0000\u0000\u0000\u0000\u0000'.padEnd(17, '\u0000');
    // Nobody ends it but the test.
    say(port, `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${settings}${goaway}X`).catch(() => {});
    expect((await say(port, 'PRO / HTTP/1.1\r\n\r\n')).slice(0, 12)).toBe('HTTP/1.1 405');
    expect((await say(port, 'GET /livez HTTP/1.0\r\n\r\n')).split('\r\n\r\n')[1]).toBe('ok\n');
    for (const port of open) await port.close();
  });

  test('a port without gRPC refuses HTTP/2', async () => {
    const port = await openPort({ grpc: false });
    await expect(askHttp2(`http://127.0.0.1:${port}`)).rejects.toThrow();
    expect((await ask(`http://127.0.0.1:${port}/livez`)).body).toBe('ok\n');
  });

  test('those who say nothing keep nobody else out', async () => {
    const port = await openPort();
    const silent = Array.from({ length: 300 }, () => connect(port, '127.0.0.1').on('error', () => {}));
    const dropped = silent
      .slice(0, 20)
      .map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    expect((await ask(`http://127.0.0.1:${port}/livez`)).body).toBe('ok\n');
    await Promise.all(dropped);
    for (const socket of silent) socket.destroy();
  });
});

describe('plain requests', () => {
  test('/health tells what is wrong, with 503; /readyz why it does not serve', async () => {
    const port = await openPort();
    wrong.unhealthy = 'no leader';
    wrong.unready = 'leaving';
    expect(await ask(`http://127.0.0.1:${port}/health`)).toEqual({
      status: 503,
      type: 'application/json',
      body: '{"health":"false","reason":"no leader"}',
    });
    expect(await ask(`http://127.0.0.1:${port}/readyz`)).toMatchObject({ status: 503, body: 'leaving\n' });
    wrong.unhealthy = undefined as never;
    wrong.unready = undefined as never;
    expect(await ask(`http://127.0.0.1:${port}/readyz`)).toMatchObject({ status: 200, body: 'ok\n' });
  });

  test('long answers come in pieces, whole', async () => {
    const port = await openPort();
    const { body, type } = await ask(`http://127.0.0.1:${port}/metrics?x=1`, { headers: { accept: 'y' } });
    expect([body === `one\n${'ü'.repeat(100_000)}`, type]).toEqual([true, 'text/plain; for=y']);
    expect((await askHttp2(`http://127.0.0.1:${port}`, '/metrics?x=1')).body).toBe(body);
    expect(await askHttp2(`http://127.0.0.1:${port}`, '/nowhere')).toMatchObject({ status: 404 });
  });

  test('HEAD has no body, and /version is that of the API', async () => {
    const port = await openPort();
    expect((await ask(`http://127.0.0.1:${port}/livez`, { method: 'HEAD' })).body).toBe('');
    expect((await ask(`http://localhost:${port}/version`)).body).toBe(
      '{"etcdserver":"3.4.0","etcdcluster":"3.4.0"}',
    );
  });

  test.each([
    [404, 'GET /nowhere HTTP/1.1\r\nHost: localhost'],
    [405, 'DELETE /health HTTP/1.1\r\nHost: localhost'],
    [413, 'GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5'],
    [413, 'GET /health HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked'],
    [421, 'GET /health HTTP/1.1\r\nHost: evil.example'],
    [400, 'GET http://localhost/health HTTP/1.1\r\nHost: localhost'],
    [400, 'GET /health HTTP/1.1\r\nHost : localhost'],
    [400, 'GET /health HTTP/1.1\r\nHost: localhost\r\n folded'],
    [400, 'GET /health HTTP/1.1\r\nHost: a\nb'],
    [400, 'hello'],
    [400, `GET /health HTTP/1.1\r\nX: ${'x'.repeat(20_000)}`],
  ])('%i for %j', async (status, head) => {
    const port = await openPort();
    const socket = connect(port, '127.0.0.1');
    socket.end(`${head}\r\n\r\n`);
    expect((await text(socket)).slice(9, 12)).toBe(`${status}`);
  });
});

test('who has said nothing is let go of with the port', async () => {
  // Whose time does not pass: nothing else ends them.
  const { clock, timers, random } = new ManualWorld({ seed: 1 });
  const world = { clock, timers, random, network: nodeNetwork() };
  const listener = await openClientPort({ world, port: 0, web: () => () => plainText(200, 'here') });
  const { port } = listener.address;
  const silent = connect(port, '127.0.0.1').on('error', () => {});
  const gone = new Promise((resolve) => silent.on('close', resolve));
  await new Promise((resolve) => silent.on('connect', resolve));
  // One that came later is answered: this one was taken.
  await ask(`http://127.0.0.1:${port}/`);
  await listener.close();
  await gone;
});

test('a port that is taken is refused', async () => {
  const port = await openPort();
  const world = { ...platformWorld(), network: nodeNetwork() };
  const again = openClientPort({ world, port, web: () => () => metrics({ accept: '' }) });
  await expect(again).rejects.toMatchObject({ code: 'ADDRESS_IN_USE' });
});
