import type { Socket } from 'node:net';
import {
  AbortableWait,
  type Address,
  type Connection,
  invalidArgument,
  networkErrors,
  throwIfAborted,
  type WaitOptions,
} from '@holdfast/core';

/** Bytes that may wait to be read before the socket is told to stop. */
const arrivedBytesMax = 262_144;

/** Core's `Connection` over a socket of Node. */
export class SocketConnection implements Connection {
  readonly local: Address;
  readonly remote: Address;
  readonly peerCertificateNames?: readonly string[];
  readonly #socket: Socket;
  readonly #carrier: Socket;
  readonly #arrived: Uint8Array[] = [];
  #arrivedBytes = 0;
  #reading: AbortableWait | undefined;
  #writing: AbortableWait | undefined;
  #endsAfterWrite = false;
  /** The other end has ended, and all it said is in {@link #arrived}. */
  #ended = false;
  #broken = false;
  #cause: Error | undefined;

  /**
   * @param carrier - the socket beneath, where `socket` is one of TLS.
   * @param certificateNames - see {@link Connection.peerCertificateNames}.
   */
  constructor(socket: Socket, carrier: Socket = socket, certificateNames?: readonly string[]) {
    this.local = addressOf(carrier.localAddress, carrier.localPort);
    this.remote = addressOf(carrier.remoteAddress, carrier.remotePort);
    if (certificateNames !== undefined) this.peerCertificateNames = certificateNames;
    this.#socket = socket;
    this.#carrier = carrier;
    socket.on('data', (bytes: Uint8Array) => this.#onData(bytes));
    socket.on('end', () => {
      this.#ended = true;
      this.#reading?.resolve();
    });
    socket.on('drain', () => this.#writing?.resolve());
    socket.on('error', (error: Error) => {
      this.#cause = error;
      this.#break();
    });
    socket.on('close', () => {
      if (!this.#ended || !socket.writableFinished) this.#break();
    });
  }

  async read({ signal }: WaitOptions = {}): Promise<Uint8Array | undefined> {
    throwIfAborted(signal, 'read');
    if (this.#reading !== undefined) throw secondCall('read');
    for (;;) {
      this.#throwIfBroken();
      const bytes = this.#arrived.shift();
      if (bytes !== undefined) {
        this.#arrivedBytes -= bytes.length;
        if (this.#arrivedBytes === 0 && this.#socket.isPaused()) this.#socket.resume();
        return bytes;
      }
      if (this.#ended) return undefined;
      this.#reading = new AbortableWait('read', signal);
      try {
        await this.#reading.promise;
      } finally {
        this.#reading = undefined;
      }
    }
  }

  async write(bytes: Uint8Array, { signal }: WaitOptions = {}): Promise<void> {
    throwIfAborted(signal, 'write');
    if (this.#writing !== undefined) throw secondCall('write');
    this.#throwIfBroken();
    if (this.#socket.writableEnded) throw invalidArgument('bytes', bytes, 'written before end() is called');
    if (this.#socket.write(bytes)) return;
    this.#writing = new AbortableWait('write', signal);
    try {
      await this.#writing.promise;
    } finally {
      this.#writing = undefined;
      if (this.#endsAfterWrite) this.#socket.end();
    }
    this.#throwIfBroken();
  }

  end(): void {
    // A socket that is ending does not say when it has drained.
    if (this.#writing !== undefined) this.#endsAfterWrite = true;
    else this.#socket.end();
  }

  destroy(): void {
    this.#break();
    if (this.#carrier.destroyed) return;
    const { writableEnded, writableFinished } = this.#socket;
    // Node cannot reset what is just ending: it would leave the socket open for ever.
    if (writableEnded && !writableFinished) this.#socket.destroy();
    // The one of TLS follows by itself; destroyed first, it would be called back by what it carries no more.
    else this.#carrier.resetAndDestroy();
  }

  #onData(bytes: Uint8Array): void {
    if (this.#broken) return;
    this.#arrived.push(bytes);
    this.#arrivedBytes += bytes.length;
    if (this.#arrivedBytes >= arrivedBytesMax) this.#socket.pause();
    this.#reading?.resolve();
  }

  #break(): void {
    this.#broken = true;
    this.#arrived.length = 0;
    this.#reading?.resolve();
    this.#writing?.resolve();
  }

  #throwIfBroken(): void {
    if (!this.#broken) return;
    const { host, port } = this.remote;
    const why = this.#cause === undefined ? '' : `: ${this.#cause.message}`;
    throw networkErrors.create('CONNECTION_RESET', {
      message: `the connection with ${host}:${port} was reset${why}`,
      cause: this.#cause,
    });
  }
}

function secondCall(method: string): Error {
  return invalidArgument(method, 'a second call', 'called when the first has ended');
}

const mappedPrefix = '::ffff:';

/** An IPv4 address is itself, also where a socket for both kinds shows it in the form of IPv6. */
function addressOf(host = '', port = 0): Address {
  return { host: host.startsWith(mappedPrefix) ? host.slice(mappedPrefix.length) : host, port };
}
