import { copyFileSync, utimesSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type Connection, type Listener, sleep, subscribeToEvents } from '@holdfast/core';
import { networkContract } from '@holdfast/simulation';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestCertificates } from '../testkit/test-certificates.ts';
import { type NodeNetwork, nodeNetwork } from './node-network.ts';
import type { TlsOptions } from './tls-files.ts';

let certificates: TestCertificates;
let node: TlsOptions;

beforeAll(() => {
  certificates = new TestCertificates();
  node = certificates.make('node');
});

afterAll(() => certificates.remove());

const ways: Readonly<Record<string, () => NodeNetwork>> = {
  TCP: () => nodeNetwork(),
  'mutual TLS': () => nodeNetwork({ tls: node }),
};

describe.each(Object.entries(ways))('the real network over %s', (_way, make) => {
  test.each(networkContract.map(({ name, run }) => [name, run] as const))('%s', async (_name, run) => {
    while (openSockets() > 0) await sleep('10ms');
    await run({
      left: make(),
      leftHost: '127.0.0.1',
      right: make(),
      rightHost: '127.0.0.1',
      sleep,
      held: openSockets,
    });
  });

  test('names the address that is taken, or is none of this machine', async () => {
    const first = await make().listen(0, () => {});
    await expect(make().listen(first.address.port, () => {})).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
      message: `cannot listen at 127.0.0.1:${first.address.port}: another process, or this one, listens there already`,
    });
    await first.close();
    await expect(nodeNetwork({ host: '192.0.2.1' }).listen(0, () => {})).rejects.toThrow(
      'cannot listen at 192.0.2.1:0: ',
    );
  });

  test('listens on the loopback interface alone, unless told otherwise', async () => {
    const listener = await make().listen(0, () => {});
    expect(listener.address.host).toBe('127.0.0.1');
    await listener.close();
  });
});

describe('TLS', () => {
  test('tells each end the names in the other certificate, the common name first', async () => {
    const client = certificates.make('client', 'somebody', 'DNS:client.example,URI:urn:x:1');
    const { near, far, close } = await connected(nodeNetwork({ tls: client }), nodeNetwork({ tls: node }));
    expect(far.peerCertificateNames).toEqual(['somebody', 'client.example', 'urn:x:1']);
    expect(near.peerCertificateNames?.slice(0, 3)).toEqual(['node', 'localhost', '127.0.0.1']);
    await close();
  });

  test('shows no names over TCP, nor those of a certificate that was not asked for', async () => {
    const plain = await connected(nodeNetwork(), nodeNetwork());
    expect([plain.near.peerCertificateNames, plain.far.peerCertificateNames]).toEqual([undefined, undefined]);
    await plain.close();
    const oneSided = nodeNetwork({ tls: { ...node, mutual: false } });
    const secure = await connected(nodeNetwork({ tls: node }), oneSided);
    expect(secure.far.peerCertificateNames).toBe(undefined);
    await secure.close();
  });

  test('lets clients in without a certificate where it is not mutual, and not where it is', async () => {
    const anonymous = nodeNetwork({ tls: { caFile: node.caFile } });
    const { near, close } = await connected(anonymous, nodeNetwork({ tls: { ...node, mutual: false } }));
    expect(near.peerCertificateNames?.[0]).toBe('node');
    await close();

    let accepted = 0;
    const listener = await nodeNetwork({ tls: node }).listen(0, () => accepted++);
    const outcome = await hears(anonymous, listener);
    expect([outcome, accepted]).toEqual(['CONNECTION_RESET', 0]);
    await listener.close();
  });

  test('does not let in who shows the certificate of another authority', async () => {
    const others = new TestCertificates();
    const stranger = others.make('stranger');
    let accepted = 0;
    const listener = await nodeNetwork({ tls: node }).listen(0, () => accepted++);
    const network = nodeNetwork({ tls: { ...stranger, caFile: node.caFile } });
    expect(await hears(network, listener)).not.toBe('bytes');
    expect(accepted).toBe(0);
    await listener.close();
    others.remove();
  });

  test('does not trust a server of another name, of another authority, or without TLS', async () => {
    const other = certificates.make('other', 'other', 'DNS:other.example');
    const listener = await nodeNetwork({ tls: other }).listen(0, () => {});
    const as = (serverName: string) => nodeNetwork({ tls: { ...node, serverName } });
    expect(await hears(nodeNetwork({ tls: node }), listener)).toBe('PEER_NOT_TRUSTED');
    expect(await hears(as('another.example'), listener)).toBe('PEER_NOT_TRUSTED');
    const connection = await as('other.example').connect(listener.address);
    connection.destroy();
    expect(await hears(nodeNetwork({ tls: { ...node, caFile: undefined } }), listener)).toBe(
      'PEER_NOT_TRUSTED',
    );
    await listener.close();
    const plain = await nodeNetwork().listen(0, (accepted) => void accepted.write(new Uint8Array(100)));
    expect(await hears(nodeNetwork({ tls: node }), plain)).toBe('PEER_NOT_TRUSTED');
    await plain.close();
  });

  test('a network without a certificate connects, but does not listen', async () => {
    const anonymous = nodeNetwork({ tls: { caFile: node.caFile } });
    await expect(anonymous.listen(0, () => {})).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test('serves renewed files to new connections, and keeps the old ones while the new are no good', async () => {
    const live = certificates.make('live');
    const network = nodeNetwork({ tls: { ...live, mutual: false } });
    const listener = await network.listen(0, () => {});
    const client = nodeNetwork({ tls: node });
    const served = async () => {
      const connection = await client.connect(listener.address);
      connection.destroy();
      return connection.peerCertificateNames?.[0];
    };
    expect(await served()).toBe('live');

    certificates.make('live', 'renewed');
    network.reloadTls();
    expect(await served()).toBe('renewed');

    writeFileSync(live.certFile, 'half a certifi');
    expect(() => network.reloadTls()).toThrow(live.certFile);
    expect(await served()).toBe('renewed');
    await listener.close();
  });

  test('notices by itself that files have changed, and says when they are no good', async () => {
    const refused: unknown[] = [];
    const stop = subscribeToEvents((name, event) => {
      if (name === 'holdfast.runtime.tls-files-refused') refused.push(event);
    });
    const live = certificates.make('noticed');
    const next = certificates.make('next', 'next');
    const listener = await nodeNetwork({ tls: { ...live, mutual: false } }).listen(0, () => {});
    const client = nodeNetwork({ tls: node });
    const servedOnceChanged = async () => {
      for (;;) {
        const connection = await client.connect(listener.address);
        connection.destroy();
        const name = connection.peerCertificateNames?.[0];
        if (name !== 'noticed') return name;
        await sleep('50ms');
      }
    };
    copyFileSync(next.certFile, live.certFile);
    while (refused.length === 0) {
      (await client.connect(listener.address)).destroy();
      await sleep('50ms');
    }
    expect(refused[0]).toMatchObject({ files: [live.certFile, live.keyFile, live.caFile] });
    copyFileSync(next.keyFile, live.keyFile);
    utimesSync(live.keyFile, 1, 1);
    expect(await servedOnceChanged()).toBe('next');
    stop();
    await listener.close();
  });

  test('files that cannot be used are refused at once, by name', () => {
    const missing = join(certificates.folder, 'missing.pem');
    expect(() => nodeNetwork({ tls: { caFile: missing } })).toThrow(missing);
    expect(() => nodeNetwork({ tls: { certFile: node.certFile } })).toThrow('certFile and keyFile');
    const { keyFile } = certificates.make('unrelated');
    expect(() => nodeNetwork({ tls: { ...node, keyFile } })).toThrow('can be used');
  });

  test('those who connect and say nothing, or nonsense, keep nobody else out', async () => {
    const listener = await nodeNetwork({ tls: node }).listen(0, (connection) => connection.end());
    const silent = Array.from({ length: 300 }, () => connect({ ...listener.address }).on('error', () => {}));
    const nonsense = connect({ ...listener.address }).on('error', () => {});
    nonsense.write('GET / HTTP/1.1\r\n\r\n');
    const connection = await nodeNetwork({ tls: node }).connect(listener.address);
    expect(await connection.read()).toBe(undefined);
    connection.end();
    for (const socket of [...silent, nonsense]) socket.destroy();
    await listener.close();
  });

  test('a peer that vanishes within a stream has not ended it', async () => {
    const { near, far, close } = await connected(nodeNetwork({ tls: node }), nodeNetwork({ tls: node }));
    await near.write(new Uint8Array(10));
    expect(await far.read()).toHaveLength(10);
    near.destroy();
    await expect(far.read()).rejects.toMatchObject({ code: 'CONNECTION_RESET' });
    await close();
  });
});

describe('a network told where to listen', () => {
  test('listens there, and shows IPv4 addresses as such', async () => {
    const network = nodeNetwork({ host: '::' });
    const hosts: string[] = [];
    const listener = await network.listen(0, (connection) => {
      hosts.push(connection.remote.host);
      connection.end();
    });
    const connection = await network.connect({ host: '127.0.0.1', port: listener.address.port });
    expect(await connection.read()).toBe(undefined);
    connection.end();
    expect(hosts).toEqual(['127.0.0.1']);
    await listener.close();
  });

  test('a name that nobody has is a host that cannot be reached', async () => {
    const connecting = nodeNetwork().connect({ host: 'nobody.invalid', port: 1 });
    await expect(connecting).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
  });
});

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => /TCP|UDP|TLS/.test(kind)).length;
}

async function connected(
  left: NodeNetwork,
  right: NodeNetwork,
): Promise<{ near: Connection; far: Connection; close: () => Promise<void> }> {
  let accepted = (_connection: Connection): void => {};
  const accepting = new Promise<Connection>((resolve) => {
    accepted = resolve;
  });
  const listener = await right.listen(0, accepted);
  const near = await left.connect(listener.address);
  const far = await accepting;
  const close = async () => {
    near.destroy();
    far.destroy();
    await listener.close();
  };
  return { near, far, close };
}

/** What a client of `listener` hears: an error's code, or how its stream began. */
async function hears(network: NodeNetwork, listener: Listener): Promise<string> {
  try {
    const connection = await network.connect(listener.address);
    const bytes = await connection.read();
    connection.destroy();
    return bytes === undefined ? 'the end' : 'bytes';
  } catch (error) {
    return (error as { code: string }).code;
  }
}
