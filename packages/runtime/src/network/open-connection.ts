import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { AbortableWait, type Address, type Connection, throwIfAborted } from '@holdfast/core';
import { certificateNames } from './certificate-names.ts';
import { networkError } from './network-error.ts';
import { SocketConnection } from './socket-connection.ts';
import type { TlsFiles } from './tls-files.ts';

/** Connects, within TLS when there are `files` for it. */
export async function openConnection(
  to: Address,
  files: TlsFiles | undefined,
  streamOptions: { readonly allowHalfOpen: boolean; readonly highWaterMark: number },
  signal: AbortSignal | undefined,
): Promise<Connection> {
  throwIfAborted(signal, 'connect');
  const carrier = connect({ ...to, ...streamOptions, noDelay: true });
  await opened(carrier, 'connect', signal);
  if (files === undefined) return new SocketConnection(carrier);
  const { protocols, serverName } = files.options;
  const name = serverName ?? to.host;
  const socket = connectTls({
    ...streamOptions,
    socket: carrier,
    host: name,
    // A name for the server to choose its certificate by, which an IP address may not be.
    ...(isIP(name) === 0 && { servername: name }),
    ...(protocols !== undefined && { ALPNProtocols: [...protocols] }),
    secureContext: files.current().context,
  });
  try {
    await opened(socket, 'secureConnect', signal);
  } catch (error) {
    carrier.destroy();
    throw error;
  }
  return new SocketConnection(socket, carrier, certificateNames(socket));
}

/** Resolves at `event`; else destroys the socket. */
async function opened(
  socket: Socket | TLSSocket,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal | undefined,
): Promise<void> {
  const wait = new AbortableWait('connect', signal);
  const onOpen = () => wait.resolve();
  const onError = (error: NodeJS.ErrnoException) => {
    wait.reject(networkError(error, event === 'secureConnect' ? handshakeCode(socket, error) : undefined));
  };
  socket.once(event, onOpen);
  socket.once('error', onError);
  try {
    await wait.promise;
  } catch (error) {
    socket.on('error', () => {});
    socket.destroy();
    throw error;
  } finally {
    socket.off(event, onOpen);
    socket.off('error', onError);
  }
}

/** What answers without TLS, or shows a certificate that is not accepted, is not whom one wanted. */
function handshakeCode(
  socket: Socket | TLSSocket,
  { code = '' }: NodeJS.ErrnoException,
): 'PEER_NOT_TRUSTED' | undefined {
  const refused = 'authorizationError' in socket && Boolean(socket.authorizationError);
  return refused || code.startsWith('ERR_SSL_') || code === 'EPROTO' ? 'PEER_NOT_TRUSTED' : undefined;
}
