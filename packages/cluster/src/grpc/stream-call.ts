import { Timer, toAbortError, type World } from '@holdfast/core';
import type { Http2Stream, StreamHandler } from '@holdfast/transport/http2';
import { EtcdError, etcdRefusals, GrpcCode } from '../etcd/etcd-errors.ts';
import type { Call, StreamMethod } from '../services/call.ts';
import { refusalOf } from '../services/refusal-of.ts';
import type { GrpcBudget } from './grpc-budget.ts';
import { MessageAssembly } from './message-assembly.ts';
import type { RequestHead } from './request-head.ts';
import { RequestQueue } from './request-queue.ts';
import { ResponseWriter } from './response-writer.ts';

/** A call whose handler reads and writes as it likes. */
export class StreamCall extends Timer implements StreamHandler, Call {
  readonly token: string | undefined;
  readonly certificateName: string | undefined;
  readonly requiresLeader: boolean;
  readonly session = undefined;
  readonly #stream: Http2Stream;
  readonly #method: StreamMethod<unknown, unknown>;
  readonly #assembly: MessageAssembly;
  readonly #requests: RequestQueue;
  readonly #responses: ResponseWriter;
  readonly #budget: GrpcBudget;
  readonly #world: World;
  readonly #controller = new AbortController();
  #over = false;

  constructor(
    stream: Http2Stream,
    method: StreamMethod<unknown, unknown>,
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
    this.#assembly = new MessageAssembly(budget, head.encoding);
    this.#requests = new RequestQueue(stream);
    this.#responses = new ResponseWriter(stream, method.response);
    this.#budget = budget;
    this.#world = world;
    budget.calls++;
    if (head.timeout !== undefined) world.timers.arm(this, world.clock.now() + head.timeout);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Hands the call to its handler; resolves when that is done with it. */
  async run(): Promise<void> {
    try {
      await this.#method.handle(this.#decoded(), this.#responses, this);
      this.#responses.end();
      this.#finish('it is over');
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Ends it because the server goes. */
  stop(): void {
    this.#fail(new EtcdError(etcdRefusals.stopped));
  }

  data(bytes: Uint8Array, end: boolean): void {
    if (this.#over) {
      this.#stream.consumed(bytes.length);
      return;
    }
    try {
      this.#assembly.push(bytes, (message) => this.#requests.push(message));
      this.#requests.received(bytes.length);
      if (!end) return;
      if (this.#assembly.midway) {
        throw new EtcdError({ code: GrpcCode.Internal, message: 'grpc: a stream that ends amid a message' });
      }
      this.#requests.end();
    } catch (error) {
      this.#fail(error);
    }
  }

  cancelled(): void {
    this.#finish('the client called it off');
  }

  drained(): void {
    this.#responses.wake();
  }

  /** The deadline is over. */
  override fire(): void {
    this.#fail(new EtcdError({ code: GrpcCode.DeadlineExceeded, message: 'context deadline exceeded' }));
  }

  async *#decoded(): AsyncGenerator<unknown, void, undefined> {
    for await (const message of this.#requests) yield this.#method.request.decode(message);
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#responses.fail(refusalOf(error));
    this.#finish('it has failed');
  }

  #finish(why: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#budget.calls--;
    this.#world.timers.disarm(this);
    this.#assembly.drop();
    this.#responses.close();
    const reason = toAbortError(why, this.#method.path);
    this.#requests.end(reason);
    this.#controller.abort(reason);
  }
}
