import { anySignal, assert, throwIfAborted } from '@holdfast/core';
import {
  type DeleteRangeRequest,
  type DeleteRangeResponse,
  EtcdError,
  GrpcCode,
  type LeaseGrantRequest,
  type LeaseGrantResponse,
  type RangeRequest,
  type RangeResponse,
  type TxnRequest,
  type TxnResponse,
  WatchCreateRequest,
  type WatchRequest,
  WatchResponse,
} from '../../etcd/index.ts';
import type { Call, MethodTable, ResponseSink, StreamMethod, UnaryMethod } from '../call.ts';

/**
 * The member's own services, called without a wire between: on behalf of whoever made `call`, so that permissions are
 * theirs.
 */
export class LocalServices {
  readonly #methods: () => MethodTable;

  /** The table is asked for at each call: it may hold methods that stand on these services. */
  constructor(methods: () => MethodTable) {
    this.#methods = methods;
  }

  range(request: Partial<RangeRequest>, call: Call): Promise<RangeResponse> {
    return this.#unary('/etcdserverpb.KV/Range', request, call);
  }

  txn(request: Partial<TxnRequest>, call: Call): Promise<TxnResponse> {
    return this.#unary('/etcdserverpb.KV/Txn', request, call);
  }

  deleteRange(request: Partial<DeleteRangeRequest>, call: Call): Promise<DeleteRangeResponse> {
    return this.#unary('/etcdserverpb.KV/DeleteRange', request, call);
  }

  grantLease(request: Partial<LeaseGrantRequest>, call: Call): Promise<LeaseGrantResponse> {
    return this.#unary('/etcdserverpb.Lease/LeaseGrant', request, call);
  }

  /**
   * What happens to any of `watched`, until the loop over it is left, or `call` ends. It ends by itself where one of them
   * is cancelled because its revision is compacted.
   *
   * @throws EtcdError when it is cancelled for another reason.
   */
  async *watch(watched: readonly Partial<WatchCreateRequest>[], call: Call): AsyncGenerator<WatchResponse> {
    const method = this.#method<StreamMethod<WatchRequest, WatchResponse>>('/etcdserverpb.Watch/Watch');
    const end = new AbortController();
    const either = anySignal([call.signal, end.signal]);
    const { signal } = either;
    const responses = new ResponseQueue();
    const stop = (error?: unknown): void => responses.end(error);
    signal.addEventListener('abort', () => stop(), { once: true });
    method.handle(requestsFor(watched, signal), responses, { ...call, signal }).then(() => stop(), stop);
    try {
      for await (const response of responses) {
        if (!response.canceled) yield response;
        else if (response.compactRevision > 0) return;
        else throw new EtcdError({ code: GrpcCode.Unknown, message: response.cancelReason });
      }
      throwIfAborted(call.signal, 'watch');
    } finally {
      end.abort();
      either.dispose();
    }
  }

  async #unary<Request, Response>(path: string, fields: Partial<Request>, call: Call): Promise<Response> {
    const method = this.#method<UnaryMethod<Request, Response>>(path);
    try {
      return await method.handle(method.request.create(fields), call);
    } catch (error) {
      // etcd's Lock and Election speak to it through its own client, which keeps the message and drops the code.
      if (!(error instanceof EtcdError)) throw error;
      throw new EtcdError({ code: GrpcCode.Unknown, message: error.message });
    }
  }

  #method<Kind>(path: string): Kind {
    const method = this.#methods().get(path);
    if (method === undefined) assert(false, `there is no method ${path}`);
    return method as unknown as Kind;
  }
}

async function* requestsFor(
  watched: readonly Partial<WatchCreateRequest>[],
  signal: AbortSignal,
): AsyncGenerator<WatchRequest> {
  for (const fields of watched) {
    yield { request: { case: 'create', value: WatchCreateRequest.create(fields) } };
  }
  await aborted(signal);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

const queuedMax = 16;

/** What the handler has sent, and who waits for it. */
class ResponseQueue implements ResponseSink<WatchResponse> {
  readonly #queue: WatchResponse[] = [];
  #ended = false;
  #error: unknown;
  #arrived: (() => void) | undefined;
  #drained: (() => void) | undefined;

  get queuedBytes(): number {
    return 0;
  }

  send(response: WatchResponse): boolean {
    this.#queue.push(response);
    this.#arrived?.();
    return this.#queue.length < queuedMax;
  }

  sendEncoded(response: Uint8Array): boolean {
    return this.send(WatchResponse.decode(response));
  }

  drained(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#queue.length < queuedMax || this.#ended) resolve();
      else this.#drained = resolve;
    });
  }

  /** What is queued still comes; then it is over. Only the first end counts. */
  end(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#arrived?.();
    this.#drained?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WatchResponse> {
    for (;;) {
      const response = this.#queue.shift();
      if (response !== undefined) {
        if (this.#queue.length < queuedMax) this.#drained?.();
        yield response;
      } else if (this.#ended) {
        if (this.#error !== undefined) throw this.#error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#arrived = resolve;
        });
      }
    }
  }
}
