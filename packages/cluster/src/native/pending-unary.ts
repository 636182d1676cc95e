import { type AbortSubscriber, offAbort, onAbort, Timer, toAbortError } from '@holdfast/core';
import type { MessageType } from '@holdfast/transport/protobuf';
import { clusterErrors } from '../errors.ts';

/** What a call needs of the channel that carries it. */
export interface CallOwner {
  /** It is over: nothing more is to come of it. */
  forget(id: number): void;
  /** The same, and the server is to know. */
  callOff(id: number): void;
}

/** A unary call that waits for its answer. */
export class PendingUnary extends Timer implements AbortSubscriber {
  abortSlot = -1;
  readonly id: number;
  readonly promise: Promise<unknown>;
  readonly #owner: CallOwner;
  readonly #path: string;
  readonly #type: MessageType<unknown>;
  readonly #signal: AbortSignal | undefined;
  #resolve!: (response: unknown) => void;
  #reject!: (error: unknown) => void;

  constructor(
    owner: CallOwner,
    id: number,
    path: string,
    type: MessageType<unknown>,
    signal: AbortSignal | undefined,
  ) {
    super();
    this.#owner = owner;
    this.id = id;
    this.#path = path;
    this.#type = type;
    this.#signal = signal;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (signal !== undefined) onAbort(signal, this);
  }

  answered(response: Uint8Array): void {
    this.#finish();
    try {
      this.#resolve(this.#type.decode(response));
    } catch (error) {
      this.#reject(error);
    }
  }

  failed(error: unknown): void {
    this.#finish();
    this.#reject(error);
  }

  onAbort(reason: unknown): void {
    this.#owner.callOff(this.id);
    this.#reject(toAbortError(reason, this.#path));
  }

  /** No answer came in time. */
  override fire(): void {
    this.#finish();
    this.#owner.callOff(this.id);
    const message = `${this.#path} was not answered in time`;
    this.#reject(clusterErrors.create('ENDPOINT_UNAVAILABLE', { message }));
  }

  #finish(): void {
    if (this.#signal !== undefined) offAbort(this.#signal, this);
    this.#owner.forget(this.id);
  }
}
