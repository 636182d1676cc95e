import { type Address, sleep, throwIfAborted } from '@holdfast/core';
import type { MessageType } from '@holdfast/transport/protobuf';
import type {
  ChannelCallOptions,
  ChannelMaker,
  ClientStream,
  ClusterChannel,
  StreamCall,
  UnaryCall,
} from '../../src/client/cluster-channel.ts';
import { errorFromStatus } from '../../src/client/error-from-status.ts';
import { orAborted } from '../../src/client/or-aborted.ts';
import { clusterErrors } from '../../src/errors.ts';
import * as etcd from '../../src/etcd/index.ts';
import * as session from '../../src/session/session-messages.ts';
import type { FakeEtcd, FakeWatcher } from './fake-etcd.ts';

/** What goes wrong, each as a chance from 0 to 1. */
export interface Weather {
  /** A request does not arrive. */
  readonly lostRequest: number;
  /** It is done, and its answer does not arrive. */
  readonly lostAnswer: number;
  /** The member has no leader. */
  readonly noLeader: number;
  /** The leader changed while it was under way; it is done, or not. */
  readonly leaderChanged: number;
  /** A stream breaks after a message. */
  readonly brokenStream: number;
  /** Nobody is there. */
  readonly refused: number;
}

const fair: Weather = {
  lostRequest: 0,
  lostAnswer: 0,
  noLeader: 0,
  leaderChanged: 0,
  brokenStream: 0,
  refused: 0,
};

/** The way of one client to a fake etcd of any number of endpoints. */
export class FakeChannels implements ChannelMaker {
  readonly sessions: boolean;
  weather: Weather = fair;
  /** Endpoints, by port, that accept connections and then say nothing. */
  readonly silent = new Set<number>();
  /** Endpoints, by port, where nobody listens. */
  readonly down = new Set<number>();
  /** Calls and streams by endpoint, in order. */
  readonly calls: string[] = [];
  /** The traces of unary calls, in order. */
  readonly traces: (string | undefined)[] = [];
  readonly #server: FakeEtcd;
  readonly #channels = new Set<FakeChannel>();
  #mended: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  constructor(server: FakeEtcd, { sessions = false }: { readonly sessions?: boolean } = {}) {
    this.#server = server;
    this.sessions = sessions;
  }

  /** How many channels are open. */
  get open(): number {
    return this.#channels.size;
  }

  async connect(endpoint: Address, signal: AbortSignal | undefined): Promise<ClusterChannel> {
    await this.pass(signal, endpoint.port);
    if (this.down.has(endpoint.port) || this.chance(this.weather.refused)) {
      throw unavailable('nobody listens there', 'no');
    }
    const channel = new FakeChannel(this, this.#server, endpoint, () => this.#channels.delete(channel));
    this.#channels.add(channel);
    return channel;
  }

  /** Breaks all connections. */
  disconnect(): void {
    for (const channel of [...this.#channels]) channel.break('the connection broke');
  }

  /** Lets nothing through until the function that it gives is called. */
  cut(): () => void {
    let resolve = (): void => {};
    const promise = new Promise<void>((mend) => {
      resolve = mend;
    });
    this.#mended = { promise, resolve };
    return () => {
      this.#mended = undefined;
      // What was under way is lost with its connection.
      this.disconnect();
      resolve();
    };
  }

  get isCut(): boolean {
    return this.#mended !== undefined;
  }

  /** The time that a message takes. */
  async pass(signal: AbortSignal | undefined, port: number): Promise<void> {
    const { world } = this.#server;
    await sleep(`${100 + world.random.below(2_000)}us`, { world, signal });
    const { signal: ever } = signal === undefined ? new AbortController() : { signal };
    if (this.silent.has(port)) await orAborted(new Promise(() => {}), ever);
    if (this.#mended !== undefined) await orAborted(this.#mended.promise, ever);
    throwIfAborted(signal, 'message');
  }

  chance(of: number): boolean {
    return of > 0 && this.#server.world.random.float() < of;
  }
}

class FakeChannel implements ClusterChannel {
  readonly endpoint: Address;
  usable = true;
  readonly #channels: FakeChannels;
  readonly #server: FakeEtcd;
  readonly #closed: () => void;
  readonly #streams = new Set<FakeStream>();
  readonly #broken: AbortController = new AbortController();
  readonly #calls = new Map<number, AbortController>();
  #lastCall = 0;

  constructor(channels: FakeChannels, server: FakeEtcd, endpoint: Address, closed: () => void) {
    this.#channels = channels;
    this.#server = server;
    this.endpoint = endpoint;
    this.#closed = closed;
  }

  unary<Response>(call: UnaryCall<Response>): number {
    const number = ++this.#lastCall;
    const calledOff = new AbortController();
    this.#calls.set(number, calledOff);
    const over = (hear: () => void): void => {
      if (this.#calls.delete(number)) hear();
    };
    this.#unary(call, calledOff.signal).then(
      (response) => over(() => call.answered(response)),
      (error) => over(() => call.failed(error)),
    );
    return number;
  }

  callOff(call: number): void {
    const calledOff = this.#calls.get(call);
    this.#calls.delete(call);
    calledOff?.abort();
  }

  async #unary<Response>(call: UnaryCall<Response>, signal: AbortSignal): Promise<Response> {
    const { port } = this.endpoint;
    const { weather } = this.#channels;
    const { method, token, traceparent } = call;
    this.#channels.traces.push(traceparent);
    this.#channels.calls.push(`${port} ${method.path}`);
    const [requestType, responseType] = types[method.path]!;
    const request = requestType.decode(call.request);
    const broken = this.#broken.signal;
    await orAborted(this.#channels.pass(signal, port), broken);
    if (this.#channels.chance(weather.lostRequest)) throw this.break('the request was lost');
    if (this.#channels.chance(weather.noLeader)) throw errorFromStatus(etcd.etcdRefusals.noLeader);
    const changed = this.#channels.chance(weather.leaderChanged);
    if (changed && this.#channels.chance(0.5)) throw errorFromStatus(etcd.etcdRefusals.leaderChanged);
    const answer = this.#answer(method.path, request, call.session, token);
    if (changed) throw errorFromStatus(etcd.etcdRefusals.leaderChanged);
    if (this.#channels.chance(weather.lostAnswer)) throw this.break('the answer was lost');
    await orAborted(this.#channels.pass(signal, port), broken);
    if (answer instanceof etcd.EtcdError) throw errorFromStatus(answer);
    return method.response.decode(responseType.encode(answer));
  }

  stream<Request, Response>(
    call: StreamCall<Request, Response>,
    { token }: ChannelCallOptions,
  ): ClientStream<Request> {
    this.#channels.calls.push(`${this.endpoint.port} ${call.path}`);
    const stream = new FakeStream(
      this.#channels,
      this.#server,
      this.endpoint.port,
      call as StreamCall<unknown, unknown>,
      token,
      () => this.#streams.delete(stream),
    );
    this.#streams.add(stream);
    return stream;
  }

  async close(): Promise<void> {
    this.break('the channel was closed');
  }

  /** The error that its calls end with. */
  break(why: string): Error {
    const error = unavailable(why, 'maybe');
    if (!this.usable) return error;
    this.usable = false;
    this.#closed();
    this.#broken.abort(error);
    for (const stream of [...this.#streams]) stream.break(error);
    return error;
  }

  #answer(
    path: string,
    request: unknown,
    session: { id: number; sequence: number; answeredBelow: number } | undefined,
    token: string | undefined,
  ): unknown {
    try {
      if (path !== '/etcdserverpb.Auth/Authenticate') this.#server.checkToken(token);
      return this.#server.handle(path, request, session);
    } catch (error) {
      return error;
    }
  }
}

class FakeStream implements ClientStream<unknown> {
  readonly #channels: FakeChannels;
  readonly #server: FakeEtcd;
  readonly #port: number;
  readonly #call: StreamCall<unknown, unknown>;
  readonly #token: string | undefined;
  readonly #over: () => void;
  readonly #watchers = new Map<bigint, FakeWatcher>();
  /** What is on its way, in either direction, one after the other. */
  #toServer: Promise<void> = Promise.resolve();
  #toClient: Promise<void> = Promise.resolve();
  readonly #ended: AbortController = new AbortController();

  constructor(
    channels: FakeChannels,
    server: FakeEtcd,
    port: number,
    call: StreamCall<unknown, unknown>,
    token: string | undefined,
    over: () => void,
  ) {
    this.#channels = channels;
    this.#server = server;
    this.#port = port;
    this.#call = call;
    this.#token = token;
    this.#over = over;
  }

  send(request: unknown): boolean {
    if (this.#ended.signal.aborted) return false;
    const copied = copy(this.#call.requestType, request);
    const { signal } = this.#ended;
    this.#toServer = this.#toServer
      .then(() => this.#channels.pass(signal, this.#port))
      .then(() => this.#arrived(copied))
      .catch(() => {});
    return true;
  }

  end(): void {}
  pause(): void {}
  resume(): void {}

  cancel(): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort(new Error('it was cancelled'));
    for (const watcher of this.#watchers.values()) this.#server.watchers.delete(watcher);
    this.#over();
  }

  break(error: Error): void {
    if (this.#ended.signal.aborted) return;
    this.cancel();
    this.#call.ended(error);
  }

  #arrived(request: unknown): void {
    try {
      this.#server.checkToken(this.#token);
    } catch (error) {
      this.break(errorFromStatus(error as etcd.EtcdError));
      return;
    }
    if (this.#call.path === '/etcdserverpb.Lease/LeaseKeepAlive') {
      this.#reply(this.#server.keepAlive((request as etcd.LeaseKeepAliveRequest).id));
      return;
    }
    const watching = (request as etcd.WatchRequest).request;
    if (watching?.case === 'create') {
      const { watchId } = watching.value;
      this.#watchers.set(
        watchId,
        this.#server.watch(watching.value, (response) => this.#reply(response)),
      );
    } else if (watching?.case === 'cancel') {
      const { watchId } = watching.value;
      const watcher = this.#watchers.get(watchId);
      if (watcher !== undefined) this.#server.watchers.delete(watcher);
      this.#watchers.delete(watchId);
      this.#reply(etcd.WatchResponse.create({ watchId, canceled: true }));
    }
  }

  #reply(response: unknown): void {
    const copied = copy(this.#call.responseType, response);
    const { signal } = this.#ended;
    this.#toClient = this.#toClient
      .then(() => this.#channels.pass(signal, this.#port))
      .then(() => {
        if (signal.aborted) return;
        this.#call.message(copied);
        if (this.#channels.chance(this.#channels.weather.brokenStream)) {
          this.break(unavailable('the stream broke', 'maybe'));
        }
      })
      .catch(() => {});
  }
}

/** Of what a {@link FakeEtcd} serves. */
const types: Readonly<Record<string, readonly [MessageType<unknown>, MessageType<unknown>]>> = {
  '/etcdserverpb.KV/Range': [etcd.RangeRequest, etcd.RangeResponse],
  '/etcdserverpb.KV/Put': [etcd.PutRequest, etcd.PutResponse],
  '/etcdserverpb.KV/DeleteRange': [etcd.DeleteRangeRequest, etcd.DeleteRangeResponse],
  '/etcdserverpb.KV/Txn': [etcd.TxnRequest, etcd.TxnResponse],
  '/etcdserverpb.KV/Compact': [etcd.CompactionRequest, etcd.CompactionResponse],
  '/etcdserverpb.Lease/LeaseGrant': [etcd.LeaseGrantRequest, etcd.LeaseGrantResponse],
  '/etcdserverpb.Lease/LeaseRevoke': [etcd.LeaseRevokeRequest, etcd.LeaseRevokeResponse],
  '/etcdserverpb.Auth/Authenticate': [etcd.AuthenticateRequest, etcd.AuthenticateResponse],
  [session.sessionPaths.register]: [session.SessionRegisterRequest, session.SessionRegisterResponse],
  [session.sessionPaths.keepAlive]: [session.SessionKeepAliveRequest, session.SessionKeepAliveResponse],
  [session.sessionPaths.close]: [session.SessionCloseRequest, session.SessionCloseResponse],
} as never;

function unavailable(message: string, executed: 'no' | 'maybe'): Error {
  return clusterErrors.create('ENDPOINT_UNAVAILABLE', { message, executed });
}

function copy<Value>(type: MessageType<Value>, value: Value): Value {
  return type.decode(type.encode(value));
}
