import { readFile } from 'node:fs/promises';
import { createServer as createHttp1Server, get } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { get as getEncrypted } from 'node:https';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { TestCertificates } from '@holdfast/runtime/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openSharedPort, type SharedPort } from './shared-port.ts';

let certificates: TestCertificates;
beforeAll(() => {
  certificates = new TestCertificates();
});
afterAll(() => certificates.remove());

const http1 = createHttp1Server((request, response) => response.end(`one ${request.url}`));
const http2 = createHttp2Server();
http2.on('stream', (stream, headers) => {
  stream.respond();
  stream.end(`two ${headers[':path']}`);
});

const open: SharedPort[] = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
  http1.closeAllConnections();
});

async function openPort(options: Partial<Parameters<typeof openSharedPort>[0]> = {}): Promise<number> {
  const port = await openSharedPort({ address: { host: '127.0.0.1', port: 0 }, http1, http2, ...options });
  open.push(port);
  return port.address.port;
}

async function askHttp2(url: string, ca?: Buffer): Promise<string> {
  const session = connectHttp2(url, ca === undefined ? {} : { ca });
  try {
    return await text(session.request({ ':path': '/x' }));
  } finally {
    session.destroy();
  }
}

function askHttp1(url: string, options: object = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const ask = url.startsWith('https') ? getEncrypted : get;
    ask(url, { agent: false, ...options }, (response) => resolve(text(response))).on('error', reject);
  });
}

describe('without TLS', () => {
  test('both protocols are served at one port', async () => {
    const port = await openPort();
    expect(await askHttp1(`http://127.0.0.1:${port}/health`)).toBe('one /health');
    expect(await askHttp2(`http://127.0.0.1:${port}`)).toBe('two /x');
  });

  test('the first bytes may come one by one', async () => {
    const port = await openPort();
    for (const [bytes, answer] of [
      ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000', '\u0000'],
      ['PROPFIND / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 'HTTP/1.1 200'],
      ['PRI nonsense\r\n\r\n', 'HTTP/1.1 400'],
    ] as const) {
      const socket = connect(port, '127.0.0.1');
      const first = new Promise<string>((resolve) =>
        socket.once('data', (data) => resolve(data.toString('latin1'))),
      );
      for (const byte of bytes) {
        socket.write(byte);
        await new Promise(setImmediate);
      }
      expect((await first).startsWith(answer)).toBe(true);
      socket.destroy();
    }
  });

  test('those who say nothing are dropped when too many of them wait', async () => {
    const port = await openPort();
    const silent = Array.from({ length: 300 }, () => connect(port, '127.0.0.1').on('error', () => {}));
    const dropped = silent
      .slice(0, 20)
      .map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    expect(await askHttp1(`http://127.0.0.1:${port}/health`)).toBe('one /health');
    await Promise.all(dropped);
    for (const socket of silent) socket.destroy();
  });

  test('a port for plain requests alone refuses HTTP/2', async () => {
    const port = await openPort({ http2: undefined });
    expect(await askHttp2(`http://127.0.0.1:${port}`).catch(() => '')).toBe('');
    expect(await askHttp1(`http://127.0.0.1:${port}/metrics`)).toBe('one /metrics');
  });

  test('a port that is taken is named', async () => {
    const port = await openPort();
    const again = openSharedPort({ address: { host: '127.0.0.1', port }, http1, http2 });
    await expect(again).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
      message: `127.0.0.1:${port} is in use: another process listens there`,
    });
  });
});

describe('within TLS', () => {
  test('the two ends agree on one of the protocols', async () => {
    const files = certificates.make('server');
    const port = await openPort({ tls: { ...files, mutual: false } });
    const ca = Buffer.from(await readFile(files.caFile));
    expect(await askHttp2(`https://127.0.0.1:${port}`, ca)).toBe('two /x');
    expect(await askHttp1(`https://127.0.0.1:${port}/health`, { ca })).toBe('one /health');
  });

  test('where certificates are asked for, nobody without one gets in', async () => {
    const files = certificates.make('server');
    const port = await openPort({ tls: files });
    const ca = await readFile(files.caFile);
    await expect(askHttp1(`https://127.0.0.1:${port}/health`, { ca })).rejects.toThrow();
    const client = { cert: await readFile(files.certFile), key: await readFile(files.keyFile) };
    expect(await askHttp1(`https://127.0.0.1:${port}/health`, { ca, ...client })).toBe('one /health');
  });
});
