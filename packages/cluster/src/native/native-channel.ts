import { type Address, type HoldfastError, throwIfAborted } from '@holdfast/core';
import { type ChannelHandler, type MessageChannel, transportErrors } from '@holdfast/transport';
import { MessageReader } from '@holdfast/transport/protobuf';
import type {
  ChannelCallOptions,
  ClientStream,
  ClusterChannel,
  StreamCall,
  UnaryCall,
} from '../client/cluster-channel.ts';
import { errorFromStatus } from '../client/error-from-status.ts';
import { clusterErrors } from '../errors.ts';
import { etcdRefusals } from '../etcd/etcd-errors.ts';
import type { EtcdRefusal } from '../state/state-machine.ts';
import { FrameOutput } from './frame-output.ts';
import {
  batchRoom,
  callFlags,
  callIdMax,
  frameKinds,
  notBegun,
  timeoutMax,
  traceLengthMax,
} from './native-protocol.ts';
import { OpenStream, responseCredit, type StreamOwner } from './open-stream.ts';

/** Bytes of requests that wait because the server does not read; further calls are refused. */
const waitingBytesMax = 16_777_216;

type CallOptions = Pick<ChannelCallOptions, 'token' | 'timeout' | 'requiresLeader'>;

/** A channel of the native protocol, at the client. */
export class NativeChannel implements ClusterChannel, ChannelHandler, StreamOwner {
  readonly endpoint: Address;
  /** The numbers that the server knows paths by. */
  readonly #paths = new Map<string, number>();
  readonly #calls = new Map<number, UnaryCall<unknown> | OpenStream>();
  #channel!: MessageChannel;
  #output!: FrameOutput;
  #token = '';
  #lastId = 0;
  /** Why it carries no further calls. */
  #unusable: HoldfastError | undefined;

  constructor(endpoint: Address) {
    this.endpoint = endpoint;
  }

  opened(channel: MessageChannel): void {
    this.#channel = channel;
    this.#output = new FrameOutput(channel);
  }

  get usable(): boolean {
    return this.#unusable === undefined && this.#output.waitingBytes < waitingBytesMax;
  }

  unary<Response>(call: UnaryCall<Response>): number {
    const { method, request, session, timeout, traceparent } = call;
    this.#throwIfUnusable();
    if (request.length > this.#channel.sendBytesMax - batchRoom - unaryHeadMax) {
      throw errorFromStatus(etcdRefusals.requestTooLarge);
    }
    const path = this.#prepare(method.path, call);
    const id = this.#newId();
    const { writer } = this.#output;
    writer.varint(frameKinds.unary);
    writer.varint(id);
    writer.varint(path);
    const numbered = session === undefined ? 0 : callFlags.session;
    const traced = traceparent === undefined ? 0 : callFlags.trace;
    this.#writeOptions(call, numbered | traced);
    if (session !== undefined) {
      writer.varint(session.id);
      writer.varint(session.sequence);
      writer.varint(session.answeredBelow);
    }
    if (timeout !== undefined) writer.varint(wholeMicros(timeout));
    if (traceparent !== undefined) writer.text(traceparent);
    writer.lengthPrefixed(request);
    this.#output.written();
    this.#calls.set(id, call as UnaryCall<unknown>);
    return id;
  }

  stream<Request, Response>(
    call: StreamCall<Request, Response>,
    options: ChannelCallOptions,
  ): ClientStream<Request> {
    const { signal, timeout } = options;
    throwIfAborted(signal, call.path);
    this.#throwIfUnusable();
    const stream = new OpenStream(this, this.#newId(), call as StreamCall<unknown, unknown>, signal);
    const path = this.#prepare(call.path, options);
    const { writer } = this.#output;
    writer.varint(frameKinds.open);
    writer.varint(stream.id);
    writer.varint(path);
    this.#writeOptions(options, 0);
    if (timeout !== undefined) writer.varint(wholeMicros(timeout));
    writer.varint(responseCredit);
    this.#output.written();
    this.#calls.set(stream.id, stream);
    return stream;
  }

  async close(): Promise<void> {
    this.#unusable ??= this.#gone('this client has closed the channel', 'no');
    this.#endCalls(this.#gone('this client has closed the channel', 'maybe'));
    this.#output.flush();
    await this.#output.drained();
    await this.#channel.close();
  }

  message(bytes: Uint8Array): void {
    const reader = new MessageReader(bytes);
    while (reader.position < reader.end) this.#take(reader);
  }

  closed(reason: Error | undefined): void {
    const why = reason === undefined ? 'the server has closed it' : reason.message;
    this.#unusable ??= this.#gone(why, 'no');
    this.#endCalls(this.#gone(why, 'maybe'));
  }

  forget(id: number): void {
    this.#calls.delete(id);
  }

  callOff(id: number): void {
    this.forget(id);
    this.#begin(frameKinds.cancel, id);
    this.#output.written();
  }

  request(id: number, request: Uint8Array): boolean {
    if (this.#output.waitingBytes >= waitingBytesMax) return false;
    this.#begin(frameKinds.message, id);
    this.#output.writer.lengthPrefixed(request);
    this.#output.written();
    return true;
  }

  endRequests(id: number): void {
    this.#begin(frameKinds.end, id);
    this.#output.written();
  }

  grant(id: number, credit: number): void {
    this.#begin(frameKinds.credit, id);
    this.#output.writer.varint(credit);
    this.#output.written();
  }

  /** Tells the server what it has to know first, and returns the path's number. */
  #prepare(path: string, { token = '' }: CallOptions): number {
    const { writer } = this.#output;
    if (token !== this.#token) {
      writer.varint(frameKinds.token);
      writer.text(token);
      this.#token = token;
    }
    let number = this.#paths.get(path);
    if (number === undefined) {
      number = this.#paths.size;
      this.#paths.set(path, number);
      writer.varint(frameKinds.path);
      writer.text(path);
    }
    return number;
  }

  #writeOptions({ timeout, requiresLeader }: CallOptions, flags: number): void {
    const timed = timeout === undefined ? 0 : callFlags.timeout;
    const leading = requiresLeader === true ? callFlags.requiresLeader : 0;
    this.#output.writer.varint(flags | timed | leading);
  }

  #begin(kind: number, id: number): void {
    const { writer } = this.#output;
    writer.varint(kind);
    writer.varint(id);
  }

  #take(reader: MessageReader): void {
    const kind = reader.varint32();
    if (kind === frameKinds.answer) {
      const id = reader.varint32();
      const response = reader.part();
      const call = this.#calls.get(id);
      if (call !== undefined && !(call instanceof OpenStream)) this.#answered(id, call, response);
    } else if (kind === frameKinds.message) {
      const call = this.#calls.get(reader.varint32());
      const response = reader.lengthPrefixed();
      if (call instanceof OpenStream) call.message(response);
    } else if (kind === frameKinds.failure) {
      const id = reader.varint32();
      const flags = reader.varint32();
      const status = { code: reader.varint32(), message: reader.text() };
      const call = this.#calls.get(id);
      if (call !== undefined) this.#fail(id, call, this.#errorOf(status, flags));
    } else if (kind === frameKinds.credit) {
      const call = this.#calls.get(reader.varint32());
      const credit = reader.varint32();
      if (call instanceof OpenStream) call.granted(credit);
    } else if (kind === frameKinds.end) {
      const call = this.#calls.get(reader.varint32());
      if (call instanceof OpenStream) call.ended(undefined);
    } else if (kind === frameKinds.leaving) {
      this.#unusable ??= this.#gone('the server is going', 'no');
    } else {
      throw transportErrors.create('MALFORMED_FRAME', {
        message: `a server of the native protocol sends a frame of kind ${kind}`,
      });
    }
  }

  #errorOf(status: EtcdRefusal, flags: number): HoldfastError {
    const error = errorFromStatus(status);
    const { code, message, context } = error;
    if ((flags & notBegun) === 0 || code !== 'ENDPOINT_UNAVAILABLE') return error;
    return clusterErrors.create('ENDPOINT_UNAVAILABLE', { message, context, executed: 'no' });
  }

  #answered(id: number, call: UnaryCall<unknown>, reader: MessageReader): void {
    this.#calls.delete(id);
    let response: unknown;
    try {
      response = call.method.response.read(reader);
    } catch (error) {
      call.failed(error);
      return;
    }
    call.answered(response);
  }

  #fail(id: number, call: UnaryCall<unknown> | OpenStream, error: Error): void {
    if (call instanceof OpenStream) {
      call.ended(error);
    } else {
      this.#calls.delete(id);
      call.failed(error);
    }
  }

  #endCalls(error: Error): void {
    for (const [id, call] of [...this.#calls]) if (this.#calls.has(id)) this.#fail(id, call, error);
  }

  #newId(): number {
    do {
      this.#lastId = this.#lastId === callIdMax ? 1 : this.#lastId + 1;
    } while (this.#calls.has(this.#lastId));
    return this.#lastId;
  }

  #throwIfUnusable(): void {
    if (this.#unusable !== undefined) throw this.#unusable;
    if (!this.usable) throw this.#gone('it does not read what it is asked', 'no');
  }

  #gone(why: string, executed: 'no' | 'maybe'): HoldfastError<'ENDPOINT_UNAVAILABLE'> {
    const { host, port } = this.endpoint;
    const message = `the channel to ${host}:${port} is of no use: ${why}`;
    return clusterErrors.create('ENDPOINT_UNAVAILABLE', { message, executed });
  }
}

/** Bytes of a unary frame before its request. */
const unaryHeadMax = 64 + traceLengthMax;

function wholeMicros(timeout: number): number {
  return Math.min(Math.max(0, Math.ceil(timeout)), timeoutMax);
}
