import { type AbortSubscriber, offAbort, onAbort, toAbortError } from '@holdfast/core';
import type { ClientStream, StreamCall } from '../client/cluster-channel.ts';
import { creditFor } from './native-protocol.ts';
import { requestCredit } from './request-stream.ts';

/** What the server may send in one stream before the client has taken it. */
export const responseCredit = 1_048_576;

/** What a stream needs of the channel that carries it. */
export interface StreamOwner {
  /** It is over: nothing more is to come of it. */
  forget(id: number): void;
  /** The same, and the server is to know. */
  callOff(id: number): void;
  /** False when there is no room. */
  request(id: number, request: Uint8Array): boolean;
  endRequests(id: number): void;
  grant(id: number, credit: number): void;
}

/** A stream, at the client. */
export class OpenStream implements ClientStream<unknown>, AbortSubscriber {
  abortSlot = -1;
  readonly id: number;
  readonly #owner: StreamOwner;
  readonly #call: StreamCall<unknown, unknown>;
  readonly #signal: AbortSignal | undefined;
  /** What this end may still send. */
  #credit = requestCredit;
  /** What was taken since the server was last told. */
  #taken = 0;
  #paused = false;
  readonly #waiting: Uint8Array[] = [];
  /** How it ended, while messages before that wait. */
  #ending: { readonly error: Error | undefined } | undefined;
  #requestsEnded = false;
  #over = false;

  constructor(
    owner: StreamOwner,
    id: number,
    call: StreamCall<unknown, unknown>,
    signal: AbortSignal | undefined,
  ) {
    this.#owner = owner;
    this.id = id;
    this.#call = call;
    this.#signal = signal;
    if (signal !== undefined) onAbort(signal, this);
  }

  send(request: unknown): boolean {
    if (this.#over || this.#ending !== undefined || this.#requestsEnded || this.#credit <= 0) return false;
    const bytes = this.#call.requestType.encode(request);
    if (!this.#owner.request(this.id, bytes)) return false;
    this.#credit -= creditFor(bytes);
    return true;
  }

  end(): void {
    if (this.#over || this.#ending !== undefined || this.#requestsEnded) return;
    this.#requestsEnded = true;
    this.#owner.endRequests(this.id);
  }

  cancel(): void {
    if (this.#over) return;
    const known = this.#ending === undefined;
    this.#finish();
    if (known) this.#owner.callOff(this.id);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    while (!this.#paused && !this.#over && this.#waiting.length > 0) this.#deliver(this.#waiting.shift()!);
    if (!this.#paused && !this.#over && this.#ending !== undefined) this.#end(this.#ending.error);
  }

  granted(credit: number): void {
    this.#credit += credit;
  }

  message(response: Uint8Array): void {
    if (this.#paused || this.#waiting.length > 0) this.#waiting.push(response);
    else this.#deliver(response);
  }

  /** The server, or the channel, has ended it. */
  ended(error: Error | undefined): void {
    this.#owner.forget(this.id);
    if (this.#waiting.length > 0 && error === undefined) this.#ending = { error };
    else this.#end(error);
  }

  onAbort(reason: unknown): void {
    this.#owner.callOff(this.id);
    this.#end(toAbortError(reason, this.#call.path));
  }

  #deliver(bytes: Uint8Array): void {
    let response: unknown;
    try {
      response = this.#call.responseType.decode(bytes);
    } catch (error) {
      this.#owner.callOff(this.id);
      this.#end(error as Error);
      return;
    }
    this.#taken += creditFor(bytes);
    if (this.#taken >= responseCredit / 2 && this.#ending === undefined) {
      this.#owner.grant(this.id, this.#taken);
      this.#taken = 0;
    }
    this.#call.message(response);
  }

  #end(error: Error | undefined): void {
    if (this.#over) return;
    this.#finish();
    this.#call.ended(error);
  }

  #finish(): void {
    this.#over = true;
    this.#waiting.length = 0;
    if (this.#signal !== undefined) offAbort(this.#signal, this);
  }
}
