import {
  type AbortSubscriber,
  type Address,
  asHoldfastError,
  currentDeadline,
  type HoldfastError,
  type OperationAttributes,
  type OperationScope,
  offAbort,
  onAbort,
  Timer,
  toAbortError,
  type World,
} from '@holdfast/core';
import { sessionRefusals } from '../session/session-messages.ts';
import type { Authentication } from './authentication.ts';
import type { ClientSessions, SessionPlace } from './client-sessions.ts';
import type { ClusterChannel, RequestNumber, UnaryCall } from './cluster-channel.ts';
import type { EndpointPool } from './endpoint-pool.ts';
import type { RpcMethod } from './rpc-method.ts';
import { inDoubt, outOfTime, refusedForGood, tooSlow, unfinished } from './unary-errors.ts';

/** What all calls of a client share. */
export interface CallsOwner {
  readonly world: World;
  readonly pool: EndpointPool;
  readonly authentication: Authentication;
  readonly sessions: ClientSessions | undefined;
  /** Microseconds for one attempt of a call that may be repeated. */
  readonly attemptTimeout: number;
  /** The call has ended. */
  over(call: CallUnderWay): void;
}

export interface CallUnderWay {
  /** Ends it early. */
  end(error: HoldfastError): void;
}

/** How often a call asks for a new token. */
const renewalsMax = 2;

/**
 * One call of a client with all its attempts: reads and idempotent calls are always repeated, changes when it is certain
 * that nothing was done, or when a session sees to it that it is done once. It ends with its answer, its signal, the
 * deadline of its caller, the client's own limit, or the client.
 *
 * The object is all that there is of it: its timer, its place among a signal's subscribers, and who hears the answer. As
 * long as an endpoint is connected and there is room in a session, an attempt waits for nothing.
 */
export class UnaryAttempts<Response>
  extends Timer
  implements CallUnderWay, AbortSubscriber, UnaryCall<Response>
{
  abortSlot = -1;
  readonly method: Omit<RpcMethod<unknown, Response>, 'request'>;
  readonly request: Uint8Array;
  readonly traceparent: string | undefined;
  session: RequestNumber | undefined = undefined;
  token: string | undefined = undefined;
  timeout = 0;
  readonly #owner: CallsOwner;
  readonly #endpoint: Address | undefined;
  /** Of the call in telemetry, if anybody observes it. */
  readonly #scope: OperationScope | undefined;
  /** Monotonic microseconds. */
  readonly #deadline: number;
  readonly #resolve: (response: Response) => void;
  readonly #reject: (error: unknown) => void;
  #signal: AbortSignal | undefined = undefined;
  /** Its place in a session, once it has one. */
  #place: SessionPlace | undefined = undefined;
  /** Why an earlier attempt may have been executed. */
  #doubt: HoldfastError | undefined = undefined;
  /** Whether the last attempt has been sent. */
  #sent = false;
  /** Where the attempt under way was sent, and its number there. */
  #channel: ClusterChannel | undefined = undefined;
  #number = 0;
  /** Ends the wait for what an attempt needs. */
  #waiting: AbortController | undefined = undefined;
  #renewals = 0;
  #over = false;

  /** @param timeout - microseconds at most, whatever the caller's deadline. */
  constructor(
    owner: CallsOwner,
    method: Omit<RpcMethod<unknown, Response>, 'request'>,
    request: Uint8Array,
    endpoint: Address | undefined,
    timeout: number,
    scope: OperationScope | undefined,
    resolve: (response: Response) => void,
    reject: (error: unknown) => void,
  ) {
    super();
    this.#owner = owner;
    this.method = method;
    this.request = request;
    this.#endpoint = endpoint;
    this.#scope = scope;
    this.traceparent = scope?.traceparent;
    this.#deadline = owner.world.clock.now() + Math.min(timeout, currentDeadline()?.remaining() ?? timeout);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  begin(signal: AbortSignal | undefined): void {
    if (signal !== undefined) {
      this.#signal = signal;
      onAbort(signal, this);
    }
    if (!this.#over) this.#attempt();
  }

  end(error: HoldfastError): void {
    if (this.#over) return;
    this.#channel?.callOff(this.#number);
    this.#waiting?.abort(error);
    this.#settle();
    const { repetition } = this.method;
    const doubtful = repetition !== 'read' && (this.#sent || this.#doubt !== undefined);
    this.#reject(unfinished(error, this.#owner.pool, this.#sent, doubtful, this.#doubt));
  }

  onAbort(reason: unknown): void {
    this.end(toAbortError(reason, this.method.path));
  }

  /** The time of the attempt, or of the call, is over. */
  override fire(): void {
    if (this.#owner.world.clock.now() >= this.#deadline) {
      this.end(outOfTime(this.method.path));
      return;
    }
    const error = tooSlow(this.method.path);
    if (this.#channel === undefined) {
      this.#waiting?.abort(error);
    } else {
      this.#channel.callOff(this.#number);
      this.failed(error);
    }
  }

  answered(response: Response): void {
    this.#owner.pool.succeeded(this.#channel!);
    this.#settle();
    this.#resolve(response);
  }

  failed(error: unknown): void {
    const channel = this.#channel;
    this.#channel = undefined;
    this.#failed(error, channel, this.token);
  }

  get #repeatable(): boolean {
    const { repetition } = this.method;
    if (this.#endpoint !== undefined) return false;
    return repetition === 'read' || repetition === 'idempotent' || this.#numbers;
  }

  get #numbers(): boolean {
    return this.method.repetition === 'numbered' && this.#owner.sessions !== undefined;
  }

  /** What can be repeated gives a silent endpoint less time, so that there is some left for another. */
  #attempt(): void {
    const { attemptTimeout, authentication, pool, sessions, world } = this.#owner;
    const now = world.clock.now();
    this.#sent = false;
    if (now >= this.#deadline) {
      this.end(outOfTime(this.method.path));
      return;
    }
    world.timers.arm(
      this,
      this.#repeatable ? Math.min(this.#deadline, now + attemptTimeout) : this.#deadline,
    );
    const channel = pool.ready(this.#endpoint);
    const anonymous = this.method.anonymous === true;
    if (this.#numbers) this.#place ??= sessions!.takePlace();
    const placed = !this.#numbers || this.#place !== undefined;
    if (channel === undefined || !placed || !(anonymous || authentication.ready)) void this.#wait();
    else this.#send(channel, anonymous ? undefined : authentication.known, now);
  }

  /** Sends it once there is all that it needs. */
  async #wait(): Promise<void> {
    const { authentication, pool, sessions, world } = this.#owner;
    const waiting = new AbortController();
    const { signal } = waiting;
    this.#waiting = waiting;
    let channel: ClusterChannel | undefined;
    let token: string | undefined;
    try {
      channel = await (this.#endpoint === undefined
        ? pool.channel(signal)
        : pool.channelTo(this.#endpoint, signal));
      if (this.method.anonymous !== true) token = await authentication.token(signal);
      if (this.#numbers) this.#place ??= await sessions!.place(signal);
      signal.throwIfAborted();
    } catch (thrown) {
      this.#waiting = undefined;
      // What was waited for makes less of an aborted signal than what the signal says.
      if (this.#over) this.#leaveSession();
      else this.#failed(signal.aborted ? signal.reason : thrown, channel, token);
      return;
    }
    this.#waiting = undefined;
    this.#send(channel, token, world.clock.now());
  }

  #send(channel: ClusterChannel, token: string | undefined, now: number): void {
    this.token = token;
    this.timeout = Math.max(0, this.#deadline - now);
    this.session = this.#place?.session.number(this.#place.sequence, now);
    this.#sent = true;
    this.#channel = channel;
    this.#scope?.set(serverOf(channel));
    try {
      this.#number = channel.unary(this);
    } catch (error) {
      this.failed(error);
    }
  }

  /** An attempt has failed: the end of the call, or there is another one. */
  #failed(thrown: unknown, channel: ClusterChannel | undefined, token: string | undefined): void {
    const error = asHoldfastError(thrown);
    const { authentication, pool } = this.#owner;
    if (authentication.renews(token, error) && this.#renewals++ < renewalsMax) this.#again(error, channel);
    else if (this.#sessionEnded(error)) this.#again(error, channel);
    else if (error.code !== 'ENDPOINT_UNAVAILABLE' && error.code !== 'STORE_OVERLOADED') this.#fail(error);
    else {
      // Others are asked first, and this one only after a while.
      if (channel !== undefined) pool.failed(channel, error);
      const doubtful = this.#sent && error.executed !== 'no';
      if (doubtful) this.#doubt = error;
      if (this.#endpoint === undefined && (!doubtful || this.#repeatable)) this.#again(error, channel);
      else this.#fail(refusedForGood(error, this.method.repetition === 'read'));
    }
  }

  #again({ code }: HoldfastError, channel: ClusterChannel | undefined): void {
    this.#scope?.event('holdfast.cluster.retried', {
      ...(channel !== undefined && serverOf(channel)),
      'error.type': code,
    });
    this.#attempt();
  }

  /** Whether the request may be numbered anew: its session is over, and no earlier attempt may have been applied. */
  #sessionEnded(error: HoldfastError): boolean {
    const { refusal } = error.context;
    if (refusal !== sessionRefusals.ended.message || this.#place === undefined) return false;
    this.#owner.sessions?.forget(this.#place.session);
    this.#place = undefined;
    return this.#doubt === undefined;
  }

  #fail(error: HoldfastError): void {
    this.#settle();
    const doubt = this.method.repetition === 'read' ? undefined : this.#doubt;
    this.#reject(doubt === undefined ? error : inDoubt(error, doubt));
  }

  /** It is over: lets go of everything. */
  #settle(): void {
    this.#over = true;
    this.#channel = undefined;
    this.#owner.world.timers.disarm(this);
    if (this.#signal !== undefined) offAbort(this.#signal, this);
    this.#leaveSession();
    this.#owner.over(this);
  }

  #leaveSession(): void {
    if (this.#place === undefined) return;
    this.#place.session.answered(this.#place.sequence);
    this.#place = undefined;
  }
}

/** As OpenTelemetry names it. */
function serverOf({ endpoint: { host, port } }: ClusterChannel): OperationAttributes {
  return { 'server.address': host, 'server.port': port };
}
