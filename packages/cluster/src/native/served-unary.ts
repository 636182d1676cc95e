import { Timer, toAbortError } from '@holdfast/core';
import { EtcdError, GrpcCode } from '../etcd/etcd-errors.ts';
import type { Call, CallSession, UnaryMethod } from '../services/call.ts';
import type { ServedChannel } from './served-channel.ts';

/** What a client sends in a unary call. */
export interface UnaryRequest {
  readonly token: string | undefined;
  readonly requiresLeader: boolean;
  readonly session: CallSession | undefined;
  readonly traceparent: string | undefined;
  readonly encoded: Uint8Array;
}

/** A unary call under way. The object is all that there is of it: call, deadline, and who answers. */
export class ServedUnary extends Timer implements Call {
  readonly protocol = 'holdfast';
  readonly id: number;
  readonly token: string | undefined;
  readonly requiresLeader: boolean;
  readonly session: CallSession | undefined;
  readonly traceparent: string | undefined;
  readonly encoded: Uint8Array;
  readonly #channel: ServedChannel;
  readonly #method: UnaryMethod<unknown, unknown>;
  #controller: AbortController | undefined;
  #over = false;

  constructor(
    channel: ServedChannel,
    id: number,
    method: UnaryMethod<unknown, unknown>,
    { token, requiresLeader, session, traceparent, encoded }: UnaryRequest,
  ) {
    super();
    this.#channel = channel;
    this.id = id;
    this.#method = method;
    this.token = token;
    this.requiresLeader = requiresLeader;
    this.session = session;
    this.traceparent = traceparent;
    this.encoded = encoded;
  }

  get certificateName(): string | undefined {
    return this.#channel.certificateName;
  }

  /** Made when a handler first asks for it. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#over) this.#controller.abort(toAbortError('it is over', this.#method.path));
    }
    return this.#controller.signal;
  }

  /** Hands the request to the handler. */
  run(): void {
    try {
      const answer = this.#method.handle(this.#method.request.decode(this.encoded), this);
      if (answer instanceof Promise) answer.then(this.#answer, this.#fail);
      else this.#answer(answer);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The client, or the channel, is gone: nobody wants an answer. */
  cancel(why: string): void {
    if (this.#over) return;
    this.#finish();
    this.#controller?.abort(toAbortError(why, this.#method.path));
  }

  /** The deadline is over. */
  override fire(): void {
    this.#fail(new EtcdError({ code: GrpcCode.DeadlineExceeded, message: 'context deadline exceeded' }));
    this.#controller?.abort(toAbortError('its deadline is over', this.#method.path));
  }

  readonly #answer = (response: unknown): void => {
    if (this.#over) return;
    this.#channel.answer(this.id, this.#method.response, response);
    this.#finish();
  };

  readonly #fail = (error: unknown): void => {
    if (this.#over) return;
    this.#channel.fail(this.id, error);
    this.#finish();
  };

  #finish(): void {
    this.#over = true;
    this.#channel.finished(this);
  }
}
