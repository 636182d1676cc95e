import type { Address } from '@holdfast/core';
import type { MessageType } from '@holdfast/transport/protobuf';

/**
 * A connection to one endpoint of a cluster that speaks etcd's messages: natively, or over gRPC. The client above chooses
 * among endpoints, retries, keeps time, keeps leases alive and resumes watches; a channel does none of that.
 */
export interface ClusterChannel {
  readonly endpoint: Address;
  /** Whether it may carry further calls. */
  readonly usable: boolean;
  /**
   * Begins a call; `call` hears once what comes of it, and not before this returns. The number is for {@link callOff}.
   *
   * @throws HoldfastError where it cannot be sent: ENDPOINT_UNAVAILABLE (`executed` no), REQUEST_TOO_LARGE.
   */
  unary<Response>(call: UnaryCall<Response>): number;
  /** Gives a unary call up: it hears nothing more, and the server is to know. */
  callOff(call: number): void;
  stream<Request, Response>(
    call: StreamCall<Request, Response>,
    options: ChannelCallOptions,
  ): ClientStream<Request>;
  close(): Promise<void>;
}

/** What the client asks for in one call, and who hears of it. */
export interface UnaryCall<Response> {
  readonly method: { readonly path: string; readonly response: MessageType<Response> };
  /** Encoded. */
  readonly request: Uint8Array;
  /** Numbers it for exactly-once; a channel that cannot carry it says so in {@link ChannelMaker.sessions}. */
  readonly session: RequestNumber | undefined;
  readonly token: string | undefined;
  /** Microseconds after which the server is to give it up; undefined for never. */
  readonly timeout: number | undefined;
  /** As of {@link ChannelCallOptions}. */
  readonly requiresLeader?: boolean | undefined;
  /** By what the server goes on with the caller's trace (W3C Trace Context), where that is recorded. */
  readonly traceparent?: string | undefined;
  answered(response: Response): void;
  /** ENDPOINT_UNAVAILABLE (`executed` says no or maybe), or what the server said, made by `errorFromStatus`. */
  failed(error: unknown): void;
}

export interface RequestNumber {
  readonly id: number;
  readonly sequence: number;
  readonly answeredBelow: number;
}

export interface StreamCall<Request, Response> {
  readonly path: string;
  readonly requestType: MessageType<Request>;
  readonly responseType: MessageType<Response>;
  message(response: Response): void;
  /** Called once; undefined when the server ended it in order. */
  ended(error: Error | undefined): void;
}

/** Of a stream. */
export interface ChannelCallOptions {
  readonly signal: AbortSignal | undefined;
  readonly token: string | undefined;
  /** Microseconds left; undefined for no limit. */
  readonly timeout: number | undefined;
  /** Whether a member that is cut off from the leader is to refuse or end it (metadata `hasleader`). Default false. */
  readonly requiresLeader?: boolean | undefined;
}

export interface ClientStream<Request> {
  send(request: Request): boolean;
  /** Says that no more requests come. */
  end(): void;
  /** Drops it; `ended` is not called any more. */
  cancel(): void;
  /**
   * Stops messages until {@link resume}, so that the server slows down. A channel may stop everything that it carries:
   * who slows a stream down gives it a channel of its own.
   */
  pause(): void;
  resume(): void;
}

/** How channels are made: what differs between the native protocol and gRPC. */
export interface ChannelMaker {
  /** Whether unary calls carry their session, so that a repeated write is applied once. */
  readonly sessions: boolean;
  /** What telemetry calls the protocol (`rpc.system`). Default 'holdfast'. */
  readonly protocol?: string | undefined;
  /**
   * A channel that is ready for calls.
   *
   * @throws HoldfastError ENDPOINT_UNAVAILABLE (executed no), ABORTED.
   */
  connect(endpoint: Address, signal: AbortSignal | undefined): Promise<ClusterChannel>;
}
