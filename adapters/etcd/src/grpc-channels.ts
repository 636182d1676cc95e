import {
  type ChannelCredentials,
  type ChannelOptions,
  Client,
  type ClientDuplexStream,
  type ClientOptions,
  type ClientUnaryCall,
  connectivityState,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import {
  type ChannelCallOptions,
  type ChannelMaker,
  type ClientStream,
  type ClusterChannel,
  clusterErrors,
  errorFromStatus,
  type StreamCall,
  type UnaryCall,
} from '@holdfast/cluster';
import { type AbortSubscriber, type Address, offAbort, onAbort, toAbortError } from '@holdfast/core';
import { HeldSockets } from './held-sockets.ts';

export interface GrpcChannelsOptions {
  readonly credentials: ChannelCredentials;
  /** The name that a server's certificate must have, where it is not the endpoint's host. */
  readonly serverName: string | undefined;
  /** Bytes of one response at most. */
  readonly responseBytesMax: number;
}

/** A stream that has so many requests waiting takes no more. */
const waitingRequestsMax = 10_000;

/** Beyond the caller's own limit, which ends a call first: it is for the server, so that it gives up as well. */
const deadlineSlackMillis = 1_000;

/** What the library says, in words of its own, when it had no connection to send a call on. */
const notSent = /^(No connection established|Name resolution failed|Channel has been shut down)/;

/** Channels over gRPC, as etcd serves it. gRPC does not carry sessions: what was sent and has no answer is unknown. */
export class GrpcChannels implements ChannelMaker {
  readonly sessions = false;
  readonly protocol = 'grpc';
  readonly #credentials: ChannelCredentials;
  readonly #options: ClientOptions;

  constructor({ credentials, serverName, responseBytesMax }: GrpcChannelsOptions) {
    this.#credentials = credentials;
    this.#options = {
      ...channelOptions,
      'grpc.max_receive_message_length': responseBytesMax,
      ...(serverName !== undefined && { 'grpc.ssl_target_name_override': serverName }),
    };
  }

  async connect(endpoint: Address, signal: AbortSignal | undefined): Promise<ClusterChannel> {
    const { host, port } = endpoint;
    const sockets = new HeldSockets(this.#credentials);
    const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const client = new Client(target, sockets, this.#options);
    try {
      await connected(client, endpoint, signal);
    } catch (error) {
      client.close();
      sockets.close();
      throw error;
    }
    return new GrpcChannel(client, sockets, endpoint);
  }
}

const channelOptions: ChannelOptions = {
  // A server that stopped, or a line that was cut, says nothing: only an unanswered ping tells.
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  // Repetition is the client's, which knows what is safe.
  'grpc.enable_retries': 0,
  // Two clients of one process are to have a connection each: to close one must not end the other.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.max_send_message_length': -1,
};

/** Resolves when the first connection is there; the first attempt that fails is the last. */
function connected(client: Client, { host, port }: Address, signal: AbortSignal | undefined): Promise<void> {
  const channel = client.getChannel();
  return new Promise((resolve, reject) => {
    let over = false;
    const subscriber: AbortSubscriber = {
      abortSlot: -1,
      onAbort: (reason) => {
        over = true;
        reject(toAbortError(reason, 'connect'));
      },
    };
    const end = (settle: () => void): void => {
      over = true;
      if (signal !== undefined) offAbort(signal, subscriber);
      settle();
    };
    const look = (): void => {
      if (over) return;
      const state = channel.getConnectivityState(false);
      if (state === connectivityState.READY) end(resolve);
      else if (state === connectivityState.TRANSIENT_FAILURE || state === connectivityState.SHUTDOWN) {
        end(() =>
          reject(
            clusterErrors.create('ENDPOINT_UNAVAILABLE', {
              message: `${host}:${port} cannot be connected over gRPC`,
              executed: 'no',
            }),
          ),
        );
      } else channel.watchConnectivityState(state, Number.POSITIVE_INFINITY, look);
    };
    channel.getConnectivityState(true);
    look();
    if (signal !== undefined && !over) onAbort(signal, subscriber);
  });
}

class GrpcChannel implements ClusterChannel {
  readonly endpoint: Address;
  readonly #client: Client;
  readonly #sockets: HeldSockets;
  readonly #calls = new Map<number, ClientUnaryCall>();
  #lastCall = 0;
  #closed = false;

  constructor(client: Client, sockets: HeldSockets, endpoint: Address) {
    this.#client = client;
    this.#sockets = sockets;
    this.endpoint = endpoint;
  }

  /** A connection that broke is made anew by the client above, which chooses where. */
  get usable(): boolean {
    return !this.#closed && this.#client.getChannel().getConnectivityState(false) === connectivityState.READY;
  }

  unary<Response>(call: UnaryCall<Response>): number {
    const { method, request, requiresLeader, timeout, token, traceparent } = call;
    const number = ++this.#lastCall;
    const underWay = this.#client.makeUnaryRequest<Uint8Array, Response>(
      method.path,
      asBuffer,
      (bytes) => method.response.decode(bytes),
      request,
      metadataOf(token, requiresLeader, traceparent),
      timeout === undefined ? {} : { deadline: Date.now() + timeout / 1_000 + deadlineSlackMillis },
      (error, response) => {
        // Who called it off hears no more of it.
        if (!this.#calls.delete(number)) return;
        if (error === null) call.answered(response!);
        else call.failed(errorOf(error));
      },
    );
    this.#calls.set(number, underWay);
    return number;
  }

  callOff(call: number): void {
    const underWay = this.#calls.get(call);
    this.#calls.delete(call);
    underWay?.cancel();
  }

  stream<Request, Response>(
    call: StreamCall<Request, Response>,
    { signal, token, requiresLeader }: ChannelCallOptions,
  ): ClientStream<Request> {
    const { path, requestType, responseType } = call;
    const stream = this.#client.makeBidiStreamRequest<Request, Response>(
      path,
      (value) => asBuffer(requestType.encode(value)),
      (bytes) => responseType.decode(bytes),
      metadataOf(token, requiresLeader),
    );
    return new GrpcStream(stream, call, signal);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#client.close();
    this.#sockets.close();
  }
}

class GrpcStream<Request, Response> implements ClientStream<Request>, AbortSubscriber {
  abortSlot = -1;
  readonly #stream: ClientDuplexStream<Request, Response>;
  readonly #call: StreamCall<Request, Response>;
  readonly #signal: AbortSignal | undefined;
  #over = false;

  constructor(
    stream: ClientDuplexStream<Request, Response>,
    call: StreamCall<Request, Response>,
    signal: AbortSignal | undefined,
  ) {
    this.#stream = stream;
    this.#call = call;
    this.#signal = signal;
    stream.on('data', (response: Response) => {
      if (!this.#over) this.#call.message(response);
    });
    stream.on('error', (error: ServiceError) => this.#end(errorOf(error)));
    stream.on('end', () => this.#end(undefined));
    if (signal !== undefined) onAbort(signal, this);
  }

  send(request: Request): boolean {
    if (this.#over || this.#stream.writableLength >= waitingRequestsMax) return false;
    this.#stream.write(request);
    return true;
  }

  end(): void {
    if (!this.#over) this.#stream.end();
  }

  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    this.#letGo();
    this.#stream.cancel();
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  onAbort(reason: unknown): void {
    if (this.#over) return;
    this.#end(toAbortError(reason, this.#call.path));
    this.#stream.cancel();
  }

  #end(error: Error | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.#letGo();
    this.#call.ended(error);
  }

  #letGo(): void {
    if (this.#signal !== undefined) offAbort(this.#signal, this);
  }
}

function metadataOf(
  token: string | undefined,
  requiresLeader: boolean | undefined,
  traceparent?: string,
): Metadata {
  const metadata = new Metadata();
  if (token !== undefined) metadata.set('token', token);
  if (requiresLeader === true) metadata.set('hasleader', 'true');
  if (traceparent !== undefined) metadata.set('traceparent', traceparent);
  return metadata;
}

function errorOf({ code, details }: ServiceError): Error {
  if (code === status.UNAVAILABLE && notSent.test(details)) {
    return clusterErrors.create('ENDPOINT_UNAVAILABLE', { message: details, executed: 'no' });
  }
  return errorFromStatus({ code, message: details });
}

/** The same bytes as the library wants them. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
