import type { Server as Http1Server } from 'node:http';
import type { Http2Server } from 'node:http2';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { type Address, networkErrors } from '@holdfast/core';
import { TlsFiles, type TlsOptions } from '@holdfast/runtime';

export interface SharedPortOptions {
  readonly address: Address;
  /** Puts everything within TLS. Default none. */
  readonly tls?: TlsOptions | undefined;
  /** Takes connections that speak HTTP/2. Left out, they are refused. */
  readonly http2?: Http2Server | undefined;
  /** Takes all others. */
  readonly http1: Http1Server;
}

export interface SharedPort {
  readonly address: Address;
  /** Accepts no more connections. Open ones stay, and are the business of the two servers. */
  close(): void;
}

/** Connections that have not said yet what they speak. One more drops the oldest: honest ones say it at once. */
const undecidedMax = 256;
/** Milliseconds that they have for it. */
const decisionTimeout = 5_000;
/** How an HTTP/2 connection without TLS begins, as far as needed to tell it from every method of HTTP/1. */
const preface = Buffer.from('PRI *');

/**
 * One port for gRPC (HTTP/2) and plain web requests (HTTP/1), as etcd has it. Within TLS the two ends agree on one of
 * them; without, the first bytes tell. Neither server listens itself: they are handed connections.
 *
 * @throws HoldfastError ADDRESS_IN_USE; INVALID_ARGUMENT when a file of `tls` cannot be used.
 */
export async function openSharedPort({ address, http1, http2, tls }: SharedPortOptions): Promise<SharedPort> {
  const server =
    tls === undefined ? plainServer(http1, http2) : encryptedServer(new TlsFiles(tls), http1, http2);
  await listening(server, address);
  const { port } = server.address() as AddressInfo;
  return { address: { host: address.host, port }, close: () => void server.close() };
}

function plainServer(http1: Http1Server, http2: Http2Server | undefined): Server {
  const undecided = new Set<Socket>();
  return createServer({ noDelay: true }, (socket) => {
    undecided.add(socket);
    if (undecided.size > undecidedMax) undecided.values().next().value?.destroy();
    socket.setTimeout(decisionTimeout, () => socket.destroy());
    const onError = () => socket.destroy();
    const onClose = () => undecided.delete(socket);
    let seen = Buffer.alloc(0);
    const onReadable = () => {
      for (let bytes = socket.read() as Buffer | null; bytes !== null; bytes = socket.read()) {
        seen = Buffer.concat([seen, bytes]);
      }
      const compared = Math.min(seen.length, preface.length);
      const isPreface = seen.subarray(0, compared).equals(preface.subarray(0, compared));
      if (isPreface && compared < preface.length && !socket.readableEnded) return;
      socket.off('readable', onReadable);
      socket.off('error', onError);
      socket.off('close', onClose);
      undecided.delete(socket);
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      if (seen.length > 0) socket.unshift(seen);
      hand(socket, isPreface ? http2 : http1);
    };
    socket.on('readable', onReadable);
    socket.once('error', onError);
    socket.once('close', onClose);
  });
}

function encryptedServer(files: TlsFiles, http1: Http1Server, http2: Http2Server | undefined): Server {
  let material = files.current();
  const mutual = files.options.mutual ?? true;
  const server = createTlsServer({
    ...material.options,
    noDelay: true,
    // gRPC clients of other languages, etcd's among them, may know no later version.
    minVersion: 'TLSv1.2',
    ALPNProtocols: http2 === undefined ? ['http/1.1'] : ['h2', 'http/1.1'],
    requestCert: mutual,
    rejectUnauthorized: mutual,
    handshakeTimeout: decisionTimeout,
  });
  server.prependListener('connection', () => {
    if (material === files.current()) return;
    material = files.current();
    server.setSecureContext({ ...material.options, minVersion: 'TLSv1.2' });
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    hand(socket, socket.alpnProtocol === 'h2' ? http2 : http1);
  });
  // The socket is gone already; who shows no certificate is none of our business.
  server.on('tlsClientError', () => {});
  return server;
}

function hand(socket: Socket, server: Http1Server | Http2Server | undefined): void {
  if (server === undefined) socket.destroy();
  else server.emit('connection', socket);
}

function listening(server: Server, { host, port }: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      const inUse = error.code === 'EADDRINUSE';
      const message = inUse
        ? `${host}:${port} is in use: another process listens there`
        : `cannot listen at ${host}:${port}: ${error.message}`;
      reject(networkErrors.create(inUse ? 'ADDRESS_IN_USE' : 'HOST_UNREACHABLE', { message, cause: error }));
    };
    server.once('error', onError);
    server.listen({ port, host, exclusive: true }, () => {
      server.off('error', onError);
      // Too many open files, and the like: the next connection may find room.
      server.on('error', () => {});
      resolve();
    });
  });
}
