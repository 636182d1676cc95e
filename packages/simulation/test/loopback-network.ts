import { createSocket } from 'node:dgram';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import {
  type Address,
  type Connection,
  type DatagramSocket,
  datagramBytesMax,
  invalidArgument,
  type Listener,
  type Network,
  type NetworkErrorCode,
  networkErrors,
  throwIfAborted,
  toAbortError,
  type WaitOptions,
} from '@holdfast/core';

const loopback = '127.0.0.1';

const codes: Readonly<Record<string, NetworkErrorCode>> = {
  EADDRINUSE: 'ADDRESS_IN_USE',
  ECONNREFUSED: 'CONNECTION_REFUSED',
  ETIMEDOUT: 'HOST_UNREACHABLE',
  EHOSTUNREACH: 'HOST_UNREACHABLE',
};

/**
 * Core's `Network` over the sockets of this machine, as small as it gets: it is here to show that the contract
 * describes what real networks do.
 */
export class LoopbackNetwork implements Network {
  /** Sockets and servers that are open. */
  held = 0;

  async listen(port: number, accept: (connection: Connection) => void): Promise<Listener> {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      this.#hold(socket);
      accept(new SocketConnection(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(networkError(error)));
      server.listen({ port, host: loopback, exclusive: true }, resolve);
    });
    this.#hold(server);
    let open = true;
    return {
      address: { host: loopback, port: (server.address() as AddressInfo).port },
      close: async () => {
        if (open) server.close();
        open = false;
      },
    };
  }

  async connect({ host, port }: Address, { signal }: WaitOptions = {}): Promise<Connection> {
    throwIfAborted(signal, 'connect');
    const socket = connect({ host, port, allowHalfOpen: true });
    this.#hold(socket);
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: Error) => {
        signal?.removeEventListener('abort', onAbort);
        socket.off('connect', settle);
        socket.off('error', fail);
        if (error === undefined) {
          resolve();
        } else {
          socket.on('error', () => {});
          socket.destroy();
          reject(error);
        }
      };
      const fail = (error: Error) => settle(networkError(error));
      const onAbort = () => settle(toAbortError(signal?.reason, 'connect'));
      socket.once('connect', settle);
      socket.once('error', fail);
      signal?.addEventListener('abort', onAbort);
    });
    return new SocketConnection(socket);
  }

  async bind(port: number, receive: (datagram: Uint8Array, from: Address) => void): Promise<DatagramSocket> {
    const socket = createSocket('udp4', (datagram, { address, port: from }) => {
      receive(datagram, { host: address, port: from });
    });
    this.#hold(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('error', (error) => {
        socket.close();
        reject(networkError(error));
      });
      socket.bind({ port, address: loopback, exclusive: true }, resolve);
    });
    socket.on('error', () => {});
    let open = true;
    return {
      address: { host: loopback, port: socket.address().port },
      send: (datagram, to) => {
        if (datagram.length > datagramBytesMax) {
          throw invalidArgument('datagram.length', datagram.length, `at most ${datagramBytesMax}`);
        }
        if (open) socket.send(datagram.slice(), to.port, to.host, () => {});
      },
      close: () => {
        if (open) socket.close();
        open = false;
      },
    };
  }

  #hold(socket: { once(event: 'close', listener: () => void): unknown }): void {
    this.held++;
    socket.once('close', () => {
      this.held--;
    });
  }
}

class SocketConnection implements Connection {
  readonly local: Address;
  readonly remote: Address;
  readonly #socket: Socket;
  #reading = false;
  #writing = false;
  #endsAfterWrite = false;
  #broken = false;

  constructor(socket: Socket) {
    this.local = { host: socket.localAddress!, port: socket.localPort! };
    this.remote = { host: socket.remoteAddress!, port: socket.remotePort! };
    this.#socket = socket;
    socket.on('error', () => {
      this.#broken = true;
    });
    // Begins to read, so that the end and a reset are noticed.
    socket.on('readable', () => {});
  }

  async read({ signal }: WaitOptions = {}): Promise<Uint8Array | undefined> {
    throwIfAborted(signal, 'read');
    if (this.#reading) throw invalidArgument('read', 'a second call', 'called when the first has ended');
    this.#reading = true;
    try {
      for (;;) {
        this.#throwIfBroken();
        const bytes: Uint8Array | null = this.#socket.read();
        if (bytes !== null) return bytes;
        if (this.#socket.readableEnded) return undefined;
        await this.#event(['readable', 'end'], signal, 'read');
      }
    } finally {
      this.#reading = false;
    }
  }

  async write(bytes: Uint8Array, { signal }: WaitOptions = {}): Promise<void> {
    throwIfAborted(signal, 'write');
    if (this.#writing) throw invalidArgument('write', 'a second call', 'called when the first has ended');
    this.#throwIfBroken();
    if (this.#socket.writableEnded) {
      throw invalidArgument('bytes', bytes, 'written before end() is called');
    }
    this.#writing = true;
    try {
      if (!this.#socket.write(bytes)) await this.#event(['drain'], signal, 'write');
      this.#throwIfBroken();
    } finally {
      this.#writing = false;
      if (this.#endsAfterWrite) this.#socket.end();
    }
  }

  end(): void {
    if (this.#writing) this.#endsAfterWrite = true;
    else this.#socket.end();
  }

  destroy(): void {
    this.#broken = true;
    if (!this.#socket.destroyed) this.#socket.resetAndDestroy();
  }

  #throwIfBroken(): void {
    if (!this.#broken) return;
    throw networkErrors.create('CONNECTION_RESET', { message: 'the connection was reset' });
  }

  #event(names: readonly string[], signal: AbortSignal | undefined, operation: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const all = [...names, 'error', 'close'];
      const settle = () => {
        signal?.removeEventListener('abort', onAbort);
        for (const name of all) this.#socket.off(name, settle);
        resolve();
      };
      const onAbort = () => {
        reject(toAbortError(signal?.reason, operation));
        settle();
      };
      for (const name of all) this.#socket.once(name, settle);
      signal?.addEventListener('abort', onAbort);
    });
  }
}

function networkError(error: Error & { code?: string }): Error {
  return networkErrors.create(codes[error.code ?? ''] ?? 'CONNECTION_RESET', {
    message: error.message,
    cause: error,
  });
}
