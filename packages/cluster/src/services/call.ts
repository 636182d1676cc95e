import type { MessageType } from '@holdfast/transport/protobuf';

/** What a handler knows of one call, whichever way it came in: over gRPC or the native protocol. */
export interface Call {
  /** The token that came with it (gRPC metadata `token` or `authorization`). */
  readonly token: string | undefined;
  /** The common name of the client's certificate, where it showed one that was accepted. */
  readonly certificateName: string | undefined;
  /** Set by a member that calls its own services for a caller whom it has found out before; never by a front end. */
  readonly user?: string | undefined;
  /** Aborted when the client cancels, goes away, or its deadline is over. */
  readonly signal: AbortSignal;
  /** The request must not be served by a member that is cut off from the leader (metadata `hasleader`). */
  readonly requiresLeader: boolean;
  /** The bytes of the request, where it came as such: what goes into the log need not be encoded again. */
  readonly encoded?: Uint8Array | undefined;
  /** What telemetry calls the protocol that it came by (`rpc.system`). Default 'grpc'. */
  readonly protocol?: string | undefined;
  /** By what it goes on with the trace of its caller (W3C Trace Context), where that was sent along. */
  readonly traceparent?: string | undefined;
  /** Whether its client numbers it for exactly-once: native protocol only. */
  readonly session: CallSession | undefined;
}

export interface CallSession {
  readonly id: number;
  readonly sequence: number;
  readonly answeredBelow: number;
}

/**
 * A method of a service. `unary`: one request, one response. `stream`: the handler reads requests and writes responses as
 * it likes (server streams get exactly one request). A handler throws `EtcdError` for what etcd refuses.
 */
export type Method<Request, Response> = UnaryMethod<Request, Response> | StreamMethod<Request, Response>;

export interface UnaryMethod<Request, Response> {
  readonly kind: 'unary';
  /** As in a gRPC path, such as `/etcdserverpb.KV/Put`. */
  readonly path: string;
  readonly request: MessageType<Request>;
  readonly response: MessageType<Response>;
  handle(request: Request, call: Call): Promise<Response> | Response;
}

export interface StreamMethod<Request, Response> {
  readonly kind: 'stream';
  readonly path: string;
  readonly request: MessageType<Request>;
  readonly response: MessageType<Response>;
  handle(requests: AsyncIterable<Request>, responses: ResponseSink<Response>, call: Call): Promise<void>;
}

export interface ResponseSink<Response> {
  /** Takes a response, in order. False when the client reads too slowly: then await `drained`. */
  send(response: Response): boolean;
  /** The same for a response that is already encoded. */
  sendEncoded(response: Uint8Array): boolean;
  drained(): Promise<void>;
  readonly queuedBytes: number;
}

/** All methods by their path: what a front end serves. */
export type MethodTable = ReadonlyMap<string, Method<never, never>>;
