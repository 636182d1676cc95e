import { Timer, toAbortError, type World } from '@holdfast/core';
import { type Http2Stream, http2Code, type StreamHandler } from '@holdfast/transport/http2';
import { EtcdError, GrpcCode } from '../etcd/etcd-errors.ts';
import type { Call, UnaryMethod } from '../services/call.ts';
import { refusalOf } from '../services/refusal-of.ts';
import type { GrpcBudget } from './grpc-budget.ts';
import { MessageAssembly } from './message-assembly.ts';
import { writeMessage } from './message-frame.ts';
import type { RequestHead } from './request-head.ts';
import { answerEnd, answerHead, failureOnly } from './response-blocks.ts';

/** One request with one answer. The object is all that there is of it: handler of the stream, call, and deadline. */
export class UnaryCall extends Timer implements StreamHandler, Call {
  readonly token: string | undefined;
  readonly certificateName: string | undefined;
  readonly requiresLeader: boolean;
  readonly session = undefined;
  readonly traceparent: string | undefined;
  readonly #stream: Http2Stream;
  readonly #method: UnaryMethod<unknown, unknown>;
  readonly #assembly: MessageAssembly;
  readonly #budget: GrpcBudget;
  readonly #world: World;
  #message: Uint8Array | undefined = undefined;
  #controller: AbortController | undefined = undefined;
  #over = false;

  constructor(
    stream: Http2Stream,
    method: UnaryMethod<unknown, unknown>,
    head: RequestHead,
    certificateName: string | undefined,
    budget: GrpcBudget,
    world: World,
  ) {
    super();
    this.#stream = stream;
    this.#method = method;
    this.token = head.token;
    this.certificateName = certificateName;
    this.requiresLeader = head.requiresLeader;
    this.traceparent = head.traceparent;
    this.#assembly = new MessageAssembly(budget, head.encoding);
    this.#budget = budget;
    this.#world = world;
    budget.calls++;
    if (head.timeout !== undefined) world.timers.arm(this, world.clock.now() + head.timeout);
  }

  /** Made when a handler first asks for it. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  get encoded(): Uint8Array | undefined {
    return this.#message;
  }

  data(bytes: Uint8Array, end: boolean): void {
    this.#stream.consumed(bytes.length);
    if (this.#over) return;
    try {
      this.#assembly.push(bytes, (message) => {
        if (this.#message !== undefined) throw malformed('more than one message');
        this.#message = message;
      });
      if (!end) return;
      if (this.#message === undefined || this.#assembly.midway) throw malformed('no whole message');
      const answer = this.#method.handle(this.#method.request.decode(this.#message), this);
      if (answer instanceof Promise) answer.then(this.#answer, this.#fail);
      else this.#answer(answer);
    } catch (error) {
      this.#fail(error);
    }
  }

  cancelled(): void {
    this.#finish();
    this.#controller?.abort(toAbortError('the client called it off', this.#method.path));
  }

  drained(): void {}

  /** The deadline is over. */
  override fire(): void {
    this.#fail(new EtcdError({ code: GrpcCode.DeadlineExceeded, message: 'context deadline exceeded' }));
    this.#controller?.abort(toAbortError('its deadline is over', this.#method.path));
  }

  readonly #answer = (response: unknown): void => {
    if (this.#over) return;
    try {
      this.#stream.respond(answerHead, false);
      writeMessage(this.#stream, this.#method.response, response);
      this.#finish();
      this.#stream.trailers(answerEnd);
    } catch {
      // The answer cannot be written, and has begun: a broken invariant of the handler.
      this.#finish();
      this.#stream.reset(http2Code.internalError);
    }
  };

  readonly #fail = (error: unknown): void => {
    if (this.#over) return;
    this.#finish();
    const { code, message } = refusalOf(error);
    this.#stream.respond(failureOnly(code, message), true);
  };

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#budget.calls--;
    this.#message = undefined;
    this.#assembly.drop();
    this.#world.timers.disarm(this);
  }
}

function malformed(what: string): EtcdError {
  return new EtcdError({ code: GrpcCode.Internal, message: `grpc: a unary request with ${what}` });
}
