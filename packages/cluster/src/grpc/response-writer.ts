import type { Http2Stream } from '@holdfast/transport/http2';
import type { MessageType } from '@holdfast/transport/protobuf';
import type { ResponseSink } from '../services/call.ts';
import type { EtcdRefusal } from '../state/state-machine.ts';
import { writeEncoded, writeMessage } from './message-frame.ts';
import { answerEnd, answerHead, failureEnd, failureOnly } from './response-blocks.ts';

/** Bytes that wait for the client's window, from where on a handler is to wait as well. */
const queuedBytesHigh = 262_144;

/** The answer of a stream: its head with the first message, its status at the end. */
export class ResponseWriter implements ResponseSink<unknown> {
  readonly #stream: Http2Stream;
  readonly #type: MessageType<unknown>;
  #begun = false;
  #over = false;
  #waiters: (() => void)[] = [];

  constructor(stream: Http2Stream, type: MessageType<unknown>) {
    this.#stream = stream;
    this.#type = type;
  }

  get queuedBytes(): number {
    return this.#over ? 0 : this.#stream.queuedBytes;
  }

  send(response: unknown): boolean {
    if (this.#over) return false;
    this.#begin();
    writeMessage(this.#stream, this.#type, response);
    return this.#stream.queuedBytes < queuedBytesHigh;
  }

  sendEncoded(response: Uint8Array): boolean {
    if (this.#over) return false;
    this.#begin();
    writeEncoded(this.#stream, response);
    return this.#stream.queuedBytes < queuedBytesHigh;
  }

  /** Resolves when nothing waits, or nobody is there to read it. */
  async drained(): Promise<void> {
    if (this.queuedBytes > 0) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  end(): void {
    if (this.#over) return;
    this.#begin();
    this.#stream.trailers(answerEnd);
    this.close();
  }

  fail({ code, message }: EtcdRefusal): void {
    if (this.#over) return;
    if (this.#begun) this.#stream.trailers(failureEnd(code, message));
    else this.#stream.respond(failureOnly(code, message), true);
    this.close();
  }

  /** Takes no more, because it is whole or nobody reads it. */
  close(): void {
    this.#over = true;
    this.wake();
  }

  /** What waited is sent. */
  wake(): void {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#stream.respond(answerHead, false);
  }
}
