import {
  enterOperation,
  type OperationAttributes,
  type OperationScope,
  operationsObserved,
  runWithoutDeadline,
  type World,
} from '@holdfast/core';
import { rpcAttributes, rpcName } from '../services/rpc-operation.ts';
import type { Authentication } from './authentication.ts';
import type { ClientSessions } from './client-sessions.ts';
import { type EndpointPool, storeClosed } from './endpoint-pool.ts';
import type { RpcMethod, RpcOptions } from './rpc-method.ts';
import { type CallsOwner, type CallUnderWay, UnaryAttempts } from './unary-attempts.ts';
import { neverBegun } from './unary-errors.ts';

export interface UnaryCallerOptions {
  readonly world: World;
  /** What the store is called in telemetry. */
  readonly engine: string;
  /** What the protocol is called there. */
  readonly protocol: string;
  readonly pool: EndpointPool;
  /** Microseconds for a call with all its attempts. */
  readonly requestTimeout: number;
  /** Microseconds for one attempt of a call that may be repeated. */
  readonly attemptTimeout: number;
}

/** Makes calls on whichever endpoint serves, with as many attempts as it takes and as are safe. */
export class UnaryCaller implements CallsOwner {
  readonly world: World;
  readonly pool: EndpointPool;
  readonly attemptTimeout: number;
  authentication!: Authentication;
  /** Undefined where channels do not carry sessions. */
  sessions: ClientSessions | undefined;
  readonly #engine: string;
  readonly #protocol: string;
  /** What methods are called in telemetry, by their paths. */
  readonly #called = new Map<string, OperationAttributes>();
  readonly #requestTimeout: number;
  readonly #calls = new Set<CallUnderWay>();
  #closed = false;

  constructor({ world, engine, protocol, pool, requestTimeout, attemptTimeout }: UnaryCallerOptions) {
    this.world = world;
    this.#engine = engine;
    this.#protocol = protocol;
    this.pool = pool;
    this.attemptTimeout = attemptTimeout;
    this.#requestTimeout = requestTimeout;
  }

  call<Request, Response>(
    method: RpcMethod<Request, Response>,
    request: Request,
    options: RpcOptions = {},
  ): Promise<Response> {
    if (this.#closed) return Promise.reject(storeClosed());
    const { signal } = options;
    if (signal?.aborted === true) return Promise.reject(neverBegun(signal.reason, method.path));
    const scope = operationsObserved() ? this.#enter(method.path) : undefined;
    const answer = this.#make(method, request, options, this.#requestTimeout, scope);
    if (scope === undefined) return answer;
    answer.then(
      () => scope.exit(undefined),
      (error) => scope.exit(error),
    );
    return answer;
  }

  /** A call that is made although the client is closed. @param timeout - microseconds. */
  farewell<Request, Response>(
    method: RpcMethod<Request, Response>,
    request: Request,
    timeout: number,
  ): Promise<Response> {
    return runWithoutDeadline(() => this.#make(method, request, {}, timeout));
  }

  /** Ends all calls under way, and refuses further ones. */
  endCalls(): void {
    this.#closed = true;
    for (const call of this.#calls) call.end(storeClosed());
  }

  over(call: CallUnderWay): void {
    this.#calls.delete(call);
  }

  /** As an operation in telemetry, unless it only keeps the client going. */
  #enter(path: string): OperationScope | undefined {
    if (!path.startsWith(api)) return undefined;
    let attributes = this.#called.get(path);
    if (attributes === undefined) {
      attributes = {
        ...rpcAttributes(path, this.#protocol),
        'db.system.name': this.#engine,
        'db.operation.name': path.slice(api.length),
      };
      this.#called.set(path, attributes);
    }
    return enterOperation(rpcName(path), attributes);
  }

  #make<Request, Response>(
    method: RpcMethod<Request, Response>,
    request: Request,
    { signal, endpoint }: RpcOptions,
    timeout: number,
    scope?: OperationScope,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      const encoded = method.request.encode(request);
      const call = new UnaryAttempts(this, method, encoded, endpoint, timeout, scope, resolve, reject);
      this.#calls.add(call);
      call.begin(signal);
    });
  }
}

/** What is asked of the store, and not of its connections. */
const api = '/etcdserverpb.';
