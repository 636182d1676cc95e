import {
  AbortableWait,
  type Address,
  type Connection,
  invalidArgument,
  networkErrors,
  throwIfAborted,
  type WaitOptions,
} from '@holdfast/core';

/** What is used of a MessagePort of `node:worker_threads`. */
export interface NodePort {
  // biome-ignore lint/suspicious/noExplicitAny: as Node declares it
  postMessage(message: any, transfer: ArrayBuffer[]): void;
  on(event: 'message', listener: (data: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  close(): void;
}

/** What is used of a MessagePort of browsers. */
export interface WebPort {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  start(): void;
  close(): void;
}

/** Bytes under way that the other end has not read yet; beyond them a writer waits. */
const windowBytes = 1_048_576;
const address: Address = { host: 'message-port', port: 0 };

/**
 * One end of a MessagePort pair as a byte stream: for a node that lives in a worker thread. Give one end to each side, and
 * each makes its connection. A worker that ends is noticed where the platform tells ports so (Node does), else by silence.
 *
 * Posted are: bytes, as an ArrayBuffer; how many of them were read, as a number; `'end'`; and `'reset'`.
 */
export function portConnection(port: NodePort | WebPort): Connection {
  return new PortConnection(port);
}

class PortConnection implements Connection {
  readonly local: Address = address;
  readonly remote: Address = address;
  readonly #port: NodePort | WebPort;
  readonly #arrived: Uint8Array[] = [];
  #reading: AbortableWait | undefined;
  #writing: AbortableWait | undefined;
  #unread = 0;
  #ending = false;
  #peerEnded = false;
  #broken = false;

  constructor(port: NodePort | WebPort) {
    this.#port = port;
    if ('on' in port) {
      port.on('message', (data) => this.#hear(data));
      port.on('close', () => {
        if (!this.#ending || !this.#peerEnded) this.#break();
      });
    } else {
      port.addEventListener('message', ({ data }) => this.#hear(data));
      port.start();
    }
  }

  async read({ signal }: WaitOptions = {}): Promise<Uint8Array | undefined> {
    throwIfAborted(signal, 'read');
    if (this.#reading !== undefined)
      throw invalidArgument('read', 'a second call', 'called when the first has ended');
    for (;;) {
      this.#throwIfBroken();
      const bytes = this.#arrived.shift();
      if (bytes !== undefined) {
        this.#port.postMessage(bytes.length, []);
        return bytes;
      }
      if (this.#peerEnded) return undefined;
      this.#reading = new AbortableWait('read', signal);
      await this.#reading.promise.finally(() => {
        this.#reading = undefined;
      });
    }
  }

  async write(bytes: Uint8Array, { signal }: WaitOptions = {}): Promise<void> {
    throwIfAborted(signal, 'write');
    if (this.#writing !== undefined)
      throw invalidArgument('write', 'a second call', 'called when the first has ended');
    this.#throwIfBroken();
    if (this.#ending) throw invalidArgument('bytes', bytes, 'written before end() is called');
    if (bytes.length === 0) return;
    // Handed over, not shared: the bytes may be part of something larger.
    const { buffer } = new Uint8Array(bytes);
    this.#unread += bytes.length;
    this.#port.postMessage(buffer, [buffer]);
    while (this.#unread > windowBytes) {
      this.#writing = new AbortableWait('write', signal);
      await this.#writing.promise.finally(() => {
        this.#writing = undefined;
      });
      this.#throwIfBroken();
    }
  }

  end(): void {
    if (this.#ending || this.#broken) return;
    this.#ending = true;
    this.#port.postMessage('end', []);
    this.#closeWhenBothEnded();
  }

  destroy(): void {
    if (this.#broken) return;
    this.#port.postMessage('reset', []);
    this.#break();
    this.#port.close();
  }

  #hear(data: unknown): void {
    if (this.#broken) return;
    if (data instanceof ArrayBuffer) {
      this.#arrived.push(new Uint8Array(data));
      this.#reading?.resolve();
    } else if (typeof data === 'number') {
      this.#unread -= data;
      if (this.#unread <= windowBytes) this.#writing?.resolve();
    } else if (data === 'end') {
      this.#peerEnded = true;
      this.#reading?.resolve();
      this.#closeWhenBothEnded();
    } else {
      this.#break();
      this.#port.close();
    }
  }

  /** What either said is here already: each posted its end after it. */
  #closeWhenBothEnded(): void {
    if (this.#ending && this.#peerEnded) this.#port.close();
  }

  #break(): void {
    this.#broken = true;
    this.#arrived.length = 0;
    this.#reading?.resolve();
    this.#writing?.resolve();
  }

  #throwIfBroken(): void {
    if (!this.#broken) return;
    throw networkErrors.create('CONNECTION_RESET', {
      message: 'the connection over a message port was reset',
    });
  }
}
