import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { type Connection, invalidArgument } from '@holdfast/core';
import { certificateNames } from './certificate-names.ts';
import { SocketConnection } from './socket-connection.ts';
import { type TlsFiles, tlsVersionMinDefault } from './tls-files.ts';

/** Milliseconds that a TLS handshake may take. */
const handshakeTimeout = 5_000;
/** Handshakes under way. One more drops the oldest: honest ones are through in a round trip. */
const handshakesMax = 256;

/** A server that hands over connections once their TLS handshake is done and, if asked for, their certificate accepted. */
export function createTlsServer(
  files: TlsFiles,
  streamOptions: { readonly allowHalfOpen: boolean; readonly highWaterMark: number },
  accept: (connection: Connection) => void,
): Server {
  let material = files.current();
  if (files.options.certFile === undefined) {
    throw invalidArgument('tls.certFile', undefined, 'a certificate, for a network that listens');
  }
  const mutual = files.options.mutual ?? true;
  const minVersion = files.options.versionMin ?? tlsVersionMinDefault;
  const handshakes = new Map<string, Socket>();
  const server = createServer({
    ...material.options,
    minVersion,
    ...(files.options.protocols !== undefined && { ALPNProtocols: [...files.options.protocols] }),
    ...streamOptions,
    noDelay: true,
    requestCert: mutual,
    rejectUnauthorized: mutual,
    handshakeTimeout,
  });
  server.prependListener('connection', (carrier: Socket) => {
    if (material !== files.current()) {
      material = files.current();
      server.setSecureContext({ ...material.options, minVersion });
    }
    const name = remoteName(carrier);
    handshakes.set(name, carrier);
    carrier.once('close', () => handshakes.delete(name));
    if (handshakes.size > handshakesMax) handshakes.values().next().value?.destroy();
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    const name = remoteName(socket);
    const carrier = handshakes.get(name);
    if (carrier === undefined) {
      socket.destroy();
      return;
    }
    handshakes.delete(name);
    accept(new SocketConnection(socket, carrier, mutual ? certificateNames(socket) : undefined));
  });
  // The socket is gone already; who has no certificate is none of our business.
  server.on('tlsClientError', () => {});
  return server;
}

function remoteName({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
