import { type AddressInfo, createServer, type Server } from 'node:net';
import type { Address, Connection, DatagramSocket, Listener, Network, WaitOptions } from '@holdfast/core';
import { bindDatagrams } from './bind-datagrams.ts';
import { networkError } from './network-error.ts';
import { openConnection } from './open-connection.ts';
import { SocketConnection } from './socket-connection.ts';
import { TlsFiles, type TlsOptions } from './tls-files.ts';
import { createTlsServer } from './tls-server.ts';

export interface NodeNetworkOptions {
  /** Where to listen: an IP address of this machine, or a name for one. Default '127.0.0.1'; '::' for all there are. */
  readonly host?: string | undefined;
  /** Puts every connection within TLS 1.3. Default none. Datagrams go as they are. */
  readonly tls?: TlsOptions | undefined;
}

/** Half-open connections are part of core's contract; small writes gather in one larger buffer. */
const streamOptions = { allowHalfOpen: true, highWaterMark: 65_536 } as const;

/**
 * The network of this machine: TCP, TLS over it when told so, and UDP. Nagle's delay is off.
 *
 * @throws HoldfastError INVALID_ARGUMENT when a file of `tls` cannot be used.
 */
export function nodeNetwork(options: NodeNetworkOptions = {}): NodeNetwork {
  return new NodeNetwork(options);
}

/** Core's `Network` by Node's sockets. Made by {@link nodeNetwork}. */
export class NodeNetwork implements Network {
  readonly #host: string;
  readonly #tls: TlsFiles | undefined;

  constructor({ host = '127.0.0.1', tls }: NodeNetworkOptions) {
    this.#host = host;
    this.#tls = tls === undefined ? undefined : new TlsFiles(tls);
  }

  async listen(port: number, accept: (connection: Connection) => void): Promise<Listener> {
    const server =
      this.#tls === undefined
        ? createServer({ ...streamOptions, noDelay: true }, (socket) => accept(new SocketConnection(socket)))
        : createTlsServer(this.#tls, streamOptions, accept);
    await listening(server, this.#host, port);
    return {
      address: { host: this.#host, port: (server.address() as AddressInfo).port },
      close: async () => {
        if (server.listening) server.close();
      },
    };
  }

  connect(to: Address, { signal }: WaitOptions = {}): Promise<Connection> {
    return openConnection(to, this.#tls, streamOptions, signal);
  }

  bind(port: number, receive: (datagram: Uint8Array, from: Address) => void): Promise<DatagramSocket> {
    return bindDatagrams(this.#host, port, receive);
  }

  /**
   * Reads the files of `tls` now, for the connections to come. Without it a change is noticed within a second.
   *
   * @throws HoldfastError INVALID_ARGUMENT when one cannot be used: then those read before stay in use.
   */
  reloadTls(): void {
    this.#tls?.reload();
  }
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      const at = `${host.includes(':') ? `[${host}]` : host}:${port}`;
      const why =
        error.code === 'EADDRINUSE' ? 'another process, or this one, listens there already' : error.message;
      reject(networkError(error, undefined, `cannot listen at ${at}: ${why}`));
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
