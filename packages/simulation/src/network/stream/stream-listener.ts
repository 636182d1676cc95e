import type { Address, Connection, Listener } from '@holdfast/core';
import type { Process } from '../../host/process.ts';
import { Doorbell } from './doorbell.ts';
import { SimulatedConnection } from './simulated-connection.ts';
import type { Stream, StreamObserver } from './stream.ts';

export type Accept = (connection: Connection) => void;

/** Streams that a listener has not accepted yet; more are dropped, and tried again by those who open them. */
const backlogMax = 512;

/** A port at which a process accepts streams. */
export class StreamListener implements Listener {
  readonly address: Address;
  readonly accept: Accept;
  /** Streams on their way to being accepted. */
  backlog = 0;
  closed = false;
  readonly #process: Process;
  readonly #release: () => void;

  constructor(process: Process, address: Address, accept: Accept, release: () => void) {
    this.address = address;
    this.accept = accept;
    this.#process = process;
    this.#release = release;
  }

  get full(): boolean {
    return this.backlog >= backlogMax;
  }

  async close(): Promise<void> {
    if (this.closed || !this.#process.alive) return;
    this.closed = true;
    this.#release();
  }
}

/** Watches a stream from its first segment until its listener has accepted it. */
export class Acceptance implements StreamObserver {
  readonly #process: Process;
  readonly #listener: StreamListener;
  readonly #stream: Stream;
  readonly #doorbell: Doorbell;

  constructor(process: Process, listener: StreamListener, stream: Stream) {
    this.#process = process;
    this.#listener = listener;
    this.#stream = stream;
    this.#doorbell = new Doorbell(process, () => this.#accept());
    listener.backlog++;
  }

  changed(): void {
    if (this.#stream.open || this.#stream.failure !== undefined) this.#doorbell.ring();
  }

  abandoned(): void {}

  #accept(): void {
    this.#listener.backlog--;
    this.#stream.observer = undefined;
    if (this.#listener.closed) this.#stream.destroy();
    else if (this.#stream.failure === undefined) {
      this.#listener.accept(new SimulatedConnection(this.#process, this.#stream));
    }
  }
}
