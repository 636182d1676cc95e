import {
  type Address,
  type Connection,
  invalidArgument,
  throwIfAborted,
  type WaitOptions,
} from '@holdfast/core';
import type { Process } from '../../host/process.ts';
import { forever } from '../forever.ts';
import { Doorbell } from './doorbell.ts';
import type { Stream, StreamObserver } from './stream.ts';
import { streamError } from './stream-error.ts';
import { Waiter } from './waiter.ts';

/** One end of a stream as its process sees it. Once the process has ended, what is pending stays so for ever. */
export class SimulatedConnection implements Connection, StreamObserver {
  readonly local: Address;
  readonly remote: Address;
  readonly #process: Process;
  readonly #stream: Stream;
  readonly #doorbell: Doorbell;
  readonly #reading = new Waiter('read');
  readonly #writing = new Waiter('write');
  #endsAfterWrite = false;

  constructor(process: Process, stream: Stream) {
    const { localPort, remoteHost, remotePort } = stream.ends;
    this.local = { host: process.host, port: localPort };
    this.remote = { host: remoteHost, port: remotePort };
    this.#process = process;
    this.#stream = stream;
    this.#doorbell = new Doorbell(process, () => this.#wake());
    stream.observer = this;
  }

  /** Resolves when the other end has accepted. */
  async opened({ signal }: WaitOptions): Promise<void> {
    const stream = this.#stream;
    try {
      while (!stream.open) {
        this.#throwIfBroken();
        await this.#writing.wait(signal);
      }
    } catch (error) {
      stream.destroy();
      throw error;
    }
  }

  async read({ signal }: WaitOptions = {}): Promise<Uint8Array | undefined> {
    throwIfAborted(signal, 'read');
    this.#reading.refuseSecond();
    const stream = this.#stream;
    for (;;) {
      if (!this.#process.alive) return forever();
      const bytes = stream.read();
      if (bytes !== undefined || stream.exhausted) return bytes;
      this.#throwIfBroken();
      await this.#reading.wait(signal);
    }
  }

  async write(bytes: Uint8Array, { signal }: WaitOptions = {}): Promise<void> {
    throwIfAborted(signal, 'write');
    this.#writing.refuseSecond();
    if (this.#stream.ended) throw invalidArgument('bytes', bytes, 'written before end() is called');
    try {
      let rest = bytes;
      for (;;) {
        if (!this.#process.alive) return await forever();
        this.#throwIfBroken();
        rest = rest.subarray(this.#stream.write(rest));
        if (rest.length === 0) return;
        await this.#writing.wait(signal);
      }
    } finally {
      if (this.#endsAfterWrite) this.#stream.end();
    }
  }

  end(): void {
    if (!this.#process.alive) return;
    if (this.#writing.waiting) this.#endsAfterWrite = true;
    else this.#stream.end();
  }

  destroy(): void {
    if (this.#process.alive) this.#stream.destroy();
  }

  changed(): void {
    if (this.#reading.waiting || this.#writing.waiting) this.#doorbell.ring();
  }

  abandoned(): void {
    this.#reading.forget();
    this.#writing.forget();
  }

  #wake(): void {
    this.#reading.wake();
    this.#writing.wake();
  }

  #throwIfBroken(): void {
    const { failure } = this.#stream;
    if (failure !== undefined) throw streamError(failure, this.local, this.remote);
  }
}
