import type { Connection, World } from '@holdfast/core';
import {
  type Http2Handler,
  type Http2Limits,
  Http2ServerConnection,
  type Http2Stream,
  type StreamHandler,
} from '@holdfast/transport/http2';
import { GrpcCode } from '../etcd/etcd-errors.ts';
import type { Method, MethodTable } from '../services/call.ts';
import type { GrpcBudget } from './grpc-budget.ts';
import { RequestHead } from './request-head.ts';
import { failureOnly, httpFailure } from './response-blocks.ts';
import { StreamCall } from './stream-call.ts';
import { UnaryCall } from './unary-call.ts';

/** Bytes of answers that a client has not read, from where on it is given no more. */
const unreadBytesMax = 67_108_864;

export interface GrpcServerOptions {
  /** Bytes of the largest request; more are RESOURCE_EXHAUSTED. Default 2 MiB: etcd's 1.5 MiB and what it adds for overhead. */
  readonly messageBytesMax?: number;
  /** Bytes that may be held for requests that have arrived in part, on all connections together. Default 256 MiB. */
  readonly partialBytesMax?: number;
  /** Calls under way on all connections together; one more is RESOURCE_EXHAUSTED. Default 100,000. */
  readonly callsMax?: number;
  /** Connections at once. More are dropped. Default 10,000. */
  readonly connectionsMax?: number;
  /** Of each connection. Its `queueBytesMax` is 1 GiB by default: no answer is larger. */
  readonly http2?: Http2Limits;
  /** Answers requests that are no POST, which no call of gRPC's is. Default: they are refused. */
  readonly plain?: ((stream: Http2Stream, connection: Connection) => StreamHandler) | undefined;
}

/**
 * Serves a table of methods to gRPC clients, on connections that whoever listens hands to it. Requests may be compressed
 * with gzip; answers are not. Deadlines (`grpc-timeout`) are kept here.
 */
export class GrpcServer {
  readonly #methods: MethodTable;
  readonly #world: World;
  readonly #http2: Http2Limits;
  readonly #plain: GrpcServerOptions['plain'];
  readonly #connectionsMax: number;
  readonly #budget: GrpcBudget;
  readonly #connections = new Set<GrpcConnection>();
  #draining = false;
  #whenEmpty: (() => void)[] = [];

  constructor(methods: MethodTable, world: World, options: GrpcServerOptions = {}) {
    this.#methods = methods;
    this.#world = world;
    this.#http2 = { queueBytesMax: 1_073_741_824, ...options.http2 };
    this.#plain = options.plain;
    this.#connectionsMax = options.connectionsMax ?? 10_000;
    this.#budget = {
      messageBytesMax: options.messageBytesMax ?? 2_097_152,
      partialBytesMax: options.partialBytesMax ?? 268_435_456,
      callsMax: options.callsMax ?? 100_000,
      partialBytes: 0,
      calls: 0,
    };
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Calls under way. */
  get calls(): number {
    return this.#budget.calls;
  }

  /** Serves a connection until it ends. `first` are bytes that were already read from it. */
  serve(connection: Connection, first?: Uint8Array): void {
    if (this.#draining || this.#connections.size >= this.#connectionsMax) {
      connection.destroy();
      return;
    }
    const served = new GrpcConnection(
      this.#methods,
      connection.peerCertificateNames?.[0],
      this.#budget,
      this.#world,
      this.#plain && ((stream) => this.#plain!(stream, connection)),
      () => {
        this.#connections.delete(served);
        if (this.#connections.size === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve();
      },
    );
    this.#connections.add(served);
    served.http2 = new Http2ServerConnection(connection, served, this.#world, this.#http2, first);
  }

  /**
   * Takes no more calls, ends streams as UNAVAILABLE so that their clients go elsewhere, and answers the unary calls under
   * way. Resolves when all clients are gone; `destroy` ends the wait.
   */
  async drain(): Promise<void> {
    this.#draining = true;
    for (const connection of this.#connections) connection.drain();
    if (this.#connections.size > 0) await new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
  }

  /** Drops all connections. */
  destroy(): void {
    this.#draining = true;
    for (const connection of [...this.#connections]) connection.http2?.destroy();
  }
}

/** One client: finds the method for each of its requests. */
class GrpcConnection implements Http2Handler {
  http2: Http2ServerConnection | undefined = undefined;
  readonly #methods: MethodTable;
  readonly #certificateName: string | undefined;
  readonly #budget: GrpcBudget;
  readonly #world: World;
  readonly #plain: ((stream: Http2Stream) => StreamHandler) | undefined;
  readonly #whenClosed: () => void;
  readonly #streams = new Set<StreamCall>();

  constructor(
    methods: MethodTable,
    certificateName: string | undefined,
    budget: GrpcBudget,
    world: World,
    plain: ((stream: Http2Stream) => StreamHandler) | undefined,
    whenClosed: () => void,
  ) {
    this.#plain = plain;
    this.#methods = methods;
    this.#certificateName = certificateName === '' ? undefined : certificateName;
    this.#budget = budget;
    this.#world = world;
    this.#whenClosed = whenClosed;
  }

  request(stream: Http2Stream): StreamHandler {
    const head = new RequestHead(stream.headers);
    if (this.#plain !== undefined && head.method !== 'POST') return this.#plain(stream);
    const method = this.#methods.get(head.path) as Method<unknown, unknown> | undefined;
    if (method === undefined || head.timeout === -1 || !speaksGrpc(head))
      return refuse(stream, head, this.#methods);
    const overload = this.#overload();
    if (overload !== undefined) {
      stream.respond(failureOnly(GrpcCode.ResourceExhausted, overload), true);
      return new Refused(stream);
    }
    if (method.kind === 'unary') {
      return new UnaryCall(stream, method, head, this.#certificateName, this.#budget, this.#world);
    }
    const call = new StreamCall(stream, method, head, this.#certificateName, this.#budget, this.#world);
    this.#streams.add(call);
    void call.run().finally(() => this.#streams.delete(call));
    return call;
  }

  closed(): void {
    this.#whenClosed();
  }

  /** Why no further call is taken now. */
  #overload(): string | undefined {
    if (this.#budget.calls >= this.#budget.callsMax) return 'grpc: too many calls are under way';
    if ((this.http2?.queuedBytes ?? 0) > unreadBytesMax) return 'grpc: too many answers wait to be read';
    return undefined;
  }

  drain(): void {
    this.http2?.drain();
    for (const call of this.#streams) call.stop();
  }
}

/** Hears of a request that is answered already. */
class Refused implements StreamHandler {
  readonly #stream: Http2Stream;

  constructor(stream: Http2Stream) {
    this.#stream = stream;
  }

  data(bytes: Uint8Array): void {
    this.#stream.consumed(bytes.length);
  }

  cancelled(): void {}

  drained(): void {}
}

function speaksGrpc(head: RequestHead): boolean {
  return head.method === 'POST' && /^application\/grpc(?:$|[+;])/.test(head.contentType);
}

function refuse(stream: Http2Stream, head: RequestHead, methods: MethodTable): StreamHandler {
  if (head.method !== 'POST') stream.respond(httpFailure(405), true);
  else if (!speaksGrpc(head)) stream.respond(httpFailure(415), true);
  else if (head.timeout === -1)
    stream.respond(failureOnly(GrpcCode.Internal, 'malformed grpc-timeout'), true);
  else stream.respond(failureOnly(GrpcCode.Unimplemented, unknown(head.path, methods)), true);
  return new Refused(stream);
}

/** As Go's gRPC puts it. */
function unknown(path: string, methods: MethodTable): string {
  const [, service = '', method = ''] = path.split('/');
  const known = [...methods.keys()].some((each) => each.startsWith(`/${service}/`));
  return known ? `unknown method ${method} for service ${service}` : `unknown service ${service}`;
}
