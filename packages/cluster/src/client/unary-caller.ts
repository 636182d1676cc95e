import { coordinationErrors } from '@holdfast/coordination';
import {
  type Address,
  asHoldfastError,
  type HoldfastError,
  runWithoutDeadline,
  type World,
} from '@holdfast/core';
import type { MessageType } from '@holdfast/transport/protobuf';
import { sessionRefusals } from '../session/session-messages.ts';
import type { Authentication } from './authentication.ts';
import { CallScope } from './call-scope.ts';
import type { ClientSessions, RequestNumber, SessionPlace } from './client-sessions.ts';
import type { ClusterChannel } from './cluster-channel.ts';
import { type EndpointPool, storeClosed } from './endpoint-pool.ts';

/** A method of the API, and what becomes of it when it is repeated. */
export interface RpcMethod<Request, Response> {
  readonly path: string;
  readonly request: MessageType<Request>;
  readonly response: MessageType<Response>;
  /**
   * `read`: changes nothing. `idempotent`: done twice is as good as done once. `numbered`: a change that a session makes
   * safe to repeat. `once`: a change that nothing makes safe to repeat.
   */
  readonly repetition: 'read' | 'idempotent' | 'numbered' | 'once';
  /** Whether it carries no token: it is how one gets it. */
  readonly anonymous?: boolean;
}

export interface RpcOptions {
  readonly signal?: AbortSignal | undefined;
  /** Asks this endpoint alone, and does not repeat. Default: any that serves. */
  readonly endpoint?: Address | undefined;
}

export interface UnaryCallerOptions {
  readonly world: World;
  readonly pool: EndpointPool;
  /** Microseconds for a call with all its attempts. */
  readonly requestTimeout: number;
  /** Microseconds for one attempt of a call that may be repeated. */
  readonly attemptTimeout: number;
}

/** How often a call asks for a new token. */
const renewalsMax = 2;

/**
 * Makes calls on whichever endpoint serves, and repeats them where that is safe: reads and idempotent calls always,
 * changes when it is certain that nothing was done, or when a session sees to it that it is done once.
 */
export class UnaryCaller {
  authentication!: Authentication;
  /** Undefined where channels do not carry sessions. */
  sessions: ClientSessions | undefined;
  readonly #options: UnaryCallerOptions;
  readonly #scopes = new Set<CallScope>();
  #closed = false;

  constructor(options: UnaryCallerOptions) {
    this.#options = options;
  }

  async call<Request, Response>(
    method: RpcMethod<Request, Response>,
    request: Request,
    options: RpcOptions = {},
  ): Promise<Response> {
    if (this.#closed) throw storeClosed();
    return this.#make(method, request, options, this.#options.requestTimeout);
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
    for (const scope of this.#scopes) scope.end(storeClosed());
  }

  async #make<Request, Response>(
    method: RpcMethod<Request, Response>,
    request: Request,
    { signal, endpoint }: RpcOptions,
    timeout: number,
  ): Promise<Response> {
    const scope = new CallScope(this.#options.world, method.path, timeout, signal);
    if (scope.ended !== undefined) throw scope.ended;
    this.#scopes.add(scope);
    const attempts = new Attempts(this, this.#options, method, request, scope, endpoint);
    try {
      return await attempts.make();
    } finally {
      attempts.done();
      scope.dispose();
      this.#scopes.delete(scope);
    }
  }
}

/** The attempts of one call. */
class Attempts<Request, Response> {
  readonly #caller: UnaryCaller;
  readonly #options: UnaryCallerOptions;
  readonly #method: RpcMethod<Request, Response>;
  readonly #request: Request;
  readonly #scope: CallScope;
  readonly #endpoint: Address | undefined;
  /** Its place in a session, once it has one. */
  #place: SessionPlace | undefined;
  /** Why an earlier attempt may have been executed. */
  #doubt: HoldfastError | undefined;
  /** Whether the attempt under way has been sent. */
  #sent = false;
  #renewals = 0;

  constructor(
    caller: UnaryCaller,
    options: UnaryCallerOptions,
    method: RpcMethod<Request, Response>,
    request: Request,
    scope: CallScope,
    endpoint: Address | undefined,
  ) {
    this.#caller = caller;
    this.#options = options;
    this.#method = method;
    this.#request = request;
    this.#scope = scope;
    this.#endpoint = endpoint;
  }

  async make(): Promise<Response> {
    for (;;) {
      let channel: ClusterChannel | undefined;
      let token: string | undefined;
      this.#sent = false;
      const signal = this.#scope.attempt(this.#limit);
      try {
        channel = await this.#channel(signal);
        token = this.#method.anonymous ? undefined : await this.#caller.authentication.token(signal);
        const number = await this.#number(signal);
        this.#sent = true;
        const { path, request: requestType, response: responseType } = this.#method;
        const call = { path, requestType, responseType, request: this.#request };
        const response = await channel.unary(number === undefined ? call : { ...call, session: number }, {
          signal,
          token,
          timeout: this.#scope.timeLeft,
        });
        this.#options.pool.succeeded(channel);
        return response;
      } catch (thrown) {
        // What a channel makes of an aborted signal is less than what the signal says.
        this.#afterwards(signal.aborted ? signal.reason : thrown, channel, token);
      }
    }
  }

  /** Gives up its place in the session. */
  done(): void {
    if (this.#place === undefined) return;
    this.#place.session.answered(this.#place.sequence);
    this.#place = undefined;
  }

  get #repeatable(): boolean {
    const { repetition } = this.#method;
    if (this.#endpoint !== undefined) return false;
    return repetition === 'read' || repetition === 'idempotent' || this.#numbers;
  }

  get #numbers(): boolean {
    return this.#method.repetition === 'numbered' && this.#caller.sessions !== undefined;
  }

  /** What can be repeated gives a silent endpoint less time, so that there is some left for another. */
  get #limit(): number {
    return this.#repeatable ? this.#options.attemptTimeout : Number.MAX_SAFE_INTEGER / 2;
  }

  #channel(signal: AbortSignal): Promise<ClusterChannel> {
    const { pool } = this.#options;
    return this.#endpoint === undefined ? pool.channel(signal) : pool.channelTo(this.#endpoint, signal);
  }

  async #number(signal: AbortSignal): Promise<RequestNumber | undefined> {
    const { sessions } = this.#caller;
    if (!this.#numbers || sessions === undefined) return undefined;
    this.#place ??= await sessions.place(signal);
    return this.#place.session.number(this.#place.sequence);
  }

  /** @throws HoldfastError what the call ends with; returns when there is to be another attempt. */
  #afterwards(thrown: unknown, channel: ClusterChannel | undefined, token: string | undefined): void {
    if (this.#scope.ended !== undefined) throw this.#unfinished(this.#scope.ended);
    const error = asHoldfastError(thrown);
    if (this.#caller.authentication.renews(token, error) && this.#renewals++ < renewalsMax) return;
    if (this.#sessionEnded(error)) return;
    if (error.code !== 'ENDPOINT_UNAVAILABLE' && error.code !== 'STORE_OVERLOADED') throw error;
    // Others are asked first, and this one only after a while.
    if (channel !== undefined) this.#options.pool.failed(channel, error);
    const doubtful = this.#sent && error.executed !== 'no';
    if (doubtful) this.#doubt = error;
    if (this.#endpoint !== undefined || (doubtful && !this.#repeatable)) throw this.#final(error);
  }

  /** Whether the request may be numbered anew: its session is over, and no earlier attempt may have been applied. */
  #sessionEnded(error: HoldfastError): boolean {
    const { refusal } = error.context;
    if (refusal !== sessionRefusals.ended.message || this.#place === undefined) return false;
    this.#caller.sessions?.forget(this.#place.session);
    this.#place = undefined;
    return this.#doubt === undefined;
  }

  /** The error for a call that its caller, its deadline or its client has ended. */
  #unfinished(ended: HoldfastError): HoldfastError {
    const { repetition } = this.#method;
    const doubtful = repetition !== 'read' && (this.#sent || this.#doubt !== undefined);
    const { lastFailure } = this.#options.pool;
    if (ended.code === 'REQUEST_TIMED_OUT' && !doubtful && !this.#sent && lastFailure !== undefined) {
      return coordinationErrors.create('STORE_UNAVAILABLE', {
        message: `${ended.message}: none of ${this.#options.pool.size} endpoints served; ${asHoldfastError(lastFailure).message}`,
        cause: lastFailure,
        origin: ended.origin,
      });
    }
    if (!doubtful || !isCoordinationCode(ended.code)) return ended;
    return coordinationErrors.create(ended.code, {
      message: `${ended.message}; it may have been done: read what is there before you decide`,
      cause: this.#doubt,
      origin: ended.origin,
      executed: 'maybe',
    });
  }

  /** The error of a call that is not repeated, in the words of the contract. */
  #final(error: HoldfastError): HoldfastError {
    if (error.code !== 'ENDPOINT_UNAVAILABLE') return error;
    const { origin, context } = error;
    if (this.#method.repetition === 'read' || error.executed === 'no') {
      return coordinationErrors.create('STORE_UNAVAILABLE', {
        message: error.message,
        cause: error,
        context,
        origin,
      });
    }
    return coordinationErrors.create('OUTCOME_UNKNOWN', {
      message: `${error.message}; it may have been done: read what is there before you decide`,
      cause: error,
      context,
      origin,
    });
  }
}

function isCoordinationCode(code: string): code is keyof typeof coordinationErrors.definitions {
  return code in coordinationErrors.definitions;
}
