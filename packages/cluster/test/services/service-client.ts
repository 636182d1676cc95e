import type { World } from '@holdfast/core';
import type { Call, Method, MethodTable, ResponseSink } from '../../src/services/call.ts';
import { type ClusterServicesOptions, clusterServices } from '../../src/services/cluster-services.ts';
import { Store, type StoreOptions } from '../../src/state/store.ts';
import { LoneMember } from './lone-member.ts';

/** The services of a lone member, called without a wire. */
export class ServiceClient {
  readonly store: Store;
  readonly member: LoneMember;
  readonly #methods: MethodTable;

  constructor(
    world: World,
    options: Partial<Omit<ClusterServicesOptions, 'member' | 'store' | 'world'>> = {},
    storeOptions: StoreOptions = {},
  ) {
    this.store = new Store(storeOptions);
    this.member = new LoneMember(this.store, world);
    this.#methods = clusterServices({ ...options, member: this.member, store: this.store, world });
  }

  /** Of one call, by its path without `/etcdserverpb.`. Requests pass through their wire form, as those of clients do. */
  async unary<Response>(path: string, request: object, call: Partial<Call> = {}): Promise<Response> {
    const method = this.#method(path);
    if (method.kind !== 'unary') throw new Error(`${path} is a stream`);
    const wire = method.request.encode(method.request.create(request));
    return method.handle(method.request.decode(wire), callOf(call)) as Promise<Response>;
  }

  stream<Request extends object, Response>(
    path: string,
    call: Partial<Call> = {},
  ): ServiceStream<Request, Response> {
    const method = this.#method(path);
    if (method.kind !== 'stream') throw new Error(`${path} is none`);
    return new ServiceStream(method as never, call);
  }

  #method(path: string): Method<object, unknown> {
    const full = path.startsWith('/') ? path : `/etcdserverpb.${path}`;
    return this.#methods.get(full) as unknown as Method<object, unknown>;
  }
}

/** One stream, and how fast its client reads. */
export class ServiceStream<Request extends object, Response> implements ResponseSink<Response> {
  readonly received: Response[] = [];
  /** What the handler ended with: undefined while it runs, and for an end in order `null`. */
  error: unknown = undefined;
  readonly #method: Extract<Method<Request, Response>, { kind: 'stream' }>;
  readonly #controller = new AbortController();
  readonly #requests: Request[] = [];
  #ended = false;
  #wake: (() => void) | undefined;
  #reads = true;
  #queued: Response[] = [];
  #queuedBytes = 0;
  #drained: (() => void)[] = [];

  constructor(method: Extract<Method<Request, Response>, { kind: 'stream' }>, call: Partial<Call>) {
    this.#method = method;
    const signal = this.#controller.signal;
    void method.handle(this.#iterate(), this, { ...callOf(call), signal }).then(
      () => {
        this.error = null;
      },
      (error) => {
        this.error = error;
      },
    );
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  request(fields: Partial<Request>): void {
    this.#requests.push(
      this.#method.request.decode(this.#method.request.encode(this.#method.request.create(fields))),
    );
    this.#ring();
  }

  endRequests(): void {
    this.#ended = true;
    this.#ring();
  }

  cancel(): void {
    this.#controller.abort(new Error('cancelled'));
    this.#ended = true;
    this.#ring();
    this.resume();
  }

  /** The client reads no more, and there is no room for anything between it and the server. */
  pause(): void {
    this.#reads = false;
  }

  resume(): void {
    this.#reads = true;
    this.received.push(...this.#queued.splice(0));
    this.#queuedBytes = 0;
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  send(response: Response): boolean {
    return this.sendEncoded(this.#method.response.encode(response));
  }

  sendEncoded(response: Uint8Array): boolean {
    const decoded = this.#method.response.decode(response.slice());
    if (this.#reads) this.received.push(decoded);
    else {
      this.#queued.push(decoded);
      this.#queuedBytes += response.length;
    }
    return this.#reads;
  }

  async drained(): Promise<void> {
    if (this.#queuedBytes > 0) await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  async *#iterate(): AsyncGenerator<Request> {
    for (;;) {
      while (this.#requests.length > 0) yield this.#requests.shift()!;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #ring(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

function callOf(call: Partial<Call>): Call {
  return {
    token: undefined,
    certificateName: undefined,
    signal: new AbortController().signal,
    requiresLeader: false,
    session: undefined,
    ...call,
  };
}
