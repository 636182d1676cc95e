import { Timer, toAbortError } from '@holdfast/core';
import { EtcdError, etcdRefusals, GrpcCode } from '../etcd/etcd-errors.ts';
import type { Call, ResponseSink, StreamMethod } from '../services/call.ts';
import { creditFor } from './native-protocol.ts';
import { RequestStream } from './request-stream.ts';
import type { ServedChannel } from './served-channel.ts';

/** Bytes of responses that may wait for a client that does not read; a handler that sends more all the same has its stream ended. */
const waitingBytesMax = 67_108_864;

/** A stream under way: a call, and the sink of its responses. */
export class ServedStream extends Timer implements Call, ResponseSink<unknown> {
  readonly id: number;
  readonly token: string | undefined;
  readonly requiresLeader: boolean;
  readonly session = undefined;
  readonly requests: RequestStream;
  readonly #channel: ServedChannel;
  readonly #method: StreamMethod<unknown, unknown>;
  readonly #controller = new AbortController();
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #credit: number;
  #waiters: (() => void)[] = [];
  #over = false;

  constructor(
    channel: ServedChannel,
    id: number,
    method: StreamMethod<unknown, unknown>,
    token: string | undefined,
    requiresLeader: boolean,
    credit: number,
  ) {
    super();
    this.#channel = channel;
    this.id = id;
    this.#method = method;
    this.token = token;
    this.requiresLeader = requiresLeader;
    this.#credit = credit;
    this.requests = new RequestStream((more) => channel.grant(id, more));
  }

  get certificateName(): string | undefined {
    return this.#channel.certificateName;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get queuedBytes(): number {
    return this.#waitingBytes;
  }

  /** Hands the stream to its handler. */
  async run(): Promise<void> {
    try {
      await this.#method.handle(this.#decoded(), this, this);
      await this.#allSent();
      if (this.#over) return;
      this.#channel.end(this.id);
      this.#finish('it is over');
    } catch (error) {
      this.#fail(error);
    }
  }

  send(response: unknown): boolean {
    return this.sendEncoded(this.#method.response.encode(response));
  }

  sendEncoded(response: Uint8Array): boolean {
    if (this.#over) return false;
    if (this.#credit > 0 && this.#waiting.length === 0) {
      this.#send(response);
    } else {
      this.#waiting.push(response);
      this.#waitingBytes += response.length;
      if (this.#waitingBytes > waitingBytesMax) {
        this.#fail(
          new EtcdError({ code: GrpcCode.ResourceExhausted, message: 'the client reads too slowly' }),
        );
      }
    }
    return this.#hasRoom;
  }

  async drained(): Promise<void> {
    while (!this.#over && !this.#hasRoom) {
      if (this.#channel.congested) await this.#channel.drained();
      else await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  /** The client takes so much more. */
  granted(credit: number): void {
    this.#credit += credit;
    while (this.#credit > 0 && this.#waiting.length > 0) {
      const response = this.#waiting.shift()!;
      this.#waitingBytes -= response.length;
      this.#send(response);
    }
    if (this.#hasRoom) this.#wake();
  }

  /** Ends it because the server goes. */
  stop(): void {
    this.#fail(new EtcdError(etcdRefusals.stopped));
  }

  /** The client, or the channel, is gone. */
  cancel(why: string): void {
    this.#finish(why);
  }

  /** The deadline is over. */
  override fire(): void {
    this.#fail(new EtcdError({ code: GrpcCode.DeadlineExceeded, message: 'context deadline exceeded' }));
  }

  get #hasRoom(): boolean {
    return this.#credit > 0 && this.#waiting.length === 0 && !this.#channel.congested;
  }

  async #allSent(): Promise<void> {
    while (!this.#over && this.#waiting.length > 0) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  #send(response: Uint8Array): void {
    this.#credit -= creditFor(response);
    this.#channel.respond(this.id, response);
  }

  async *#decoded(): AsyncGenerator<unknown, void, undefined> {
    for await (const request of this.requests) yield this.#method.request.decode(request);
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#channel.fail(this.id, error);
    this.#finish('it has failed');
  }

  #finish(why: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
    this.#channel.finished(this);
    const reason = toAbortError(why, this.#method.path);
    this.requests.end(reason);
    this.#controller.abort(reason);
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }
}
