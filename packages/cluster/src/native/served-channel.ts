import type { HoldfastError, World } from '@holdfast/core';
import { type ChannelHandler, type MessageChannel, transportErrors } from '@holdfast/transport';
import { MessageReader, type MessageType } from '@holdfast/transport/protobuf';
import { etcdRefusals, GrpcCode } from '../etcd/etcd-errors.ts';
import type { CallSession, Method, MethodTable } from '../services/call.ts';
import { refusalOf } from '../services/refusal-of.ts';
import type { EtcdRefusal } from '../state/state-machine.ts';
import { FrameOutput } from './frame-output.ts';
import {
  batchRoom,
  callFlags,
  frameKinds,
  notBegun,
  pathLengthMax,
  pathsMax,
  timeoutMax,
  tokenLengthMax,
  traceLengthMax,
} from './native-protocol.ts';
import { ServedStream } from './served-stream.ts';
import { ServedUnary } from './served-unary.ts';

/** Bounds of one client. */
export interface ServedLimits {
  readonly callsMax: number;
  readonly requestBytesMax: number;
  readonly streamsMax: number;
}

export interface ServedChannelObserver {
  opened(channel: ServedChannel): void;
  closed(channel: ServedChannel): void;
}

type UnknownMethod = Method<unknown, unknown>;

/** The least that a client must take in one message. */
const clientTakesMin = 2 * batchRoom;
/** Answers that wait for a client that does not read them. */
const waitingBytesMax = 67_108_864;
const messageLengthMax = 4_096;

/** One client of the native protocol. */
export class ServedChannel implements ChannelHandler {
  certificateName: string | undefined;
  readonly #methods: MethodTable;
  readonly #world: World;
  readonly #limits: ServedLimits;
  readonly #observer: ServedChannelObserver;
  readonly #calls = new Map<number, ServedUnary | ServedStream>();
  /** What the client's numbers stand for: its paths, and their methods, as far as there are any. */
  readonly #paths: string[] = [];
  readonly #methodOf: (UnknownMethod | undefined)[] = [];
  #channel!: MessageChannel;
  #output!: FrameOutput;
  #token: string | undefined;
  #streams = 0;
  #requestBytes = 0;
  #leaving = false;

  constructor(methods: MethodTable, world: World, limits: ServedLimits, observer: ServedChannelObserver) {
    this.#methods = methods;
    this.#world = world;
    this.#limits = limits;
    this.#observer = observer;
  }

  opened(channel: MessageChannel): void {
    this.#channel = channel;
    this.#output = new FrameOutput(channel);
    this.certificateName = channel.certificateNames[0] || undefined;
    this.#observer.opened(this);
    if (channel.sendBytesMax < clientTakesMin) {
      channel.destroy(broken(`takes messages of ${channel.sendBytesMax} bytes only`));
    }
  }

  message(bytes: Uint8Array): void {
    const reader = new MessageReader(bytes);
    while (reader.position < reader.end) this.#take(reader);
    if (this.#output.congested) void this.#untilRead();
  }

  closed(): void {
    for (const call of [...this.#calls.values()]) call.cancel('the client is gone');
    this.#observer.closed(this);
  }

  /** Takes no more calls, ends streams, answers what is under way, and then goes. */
  drain(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    this.#output.writer.varint(frameKinds.leaving);
    this.#output.written();
    for (const call of [...this.#calls.values()]) if (call instanceof ServedStream) call.stop();
    this.#leaveWhenIdle();
  }

  destroy(): void {
    this.#channel.destroy();
  }

  get congested(): boolean {
    return this.#output.congested;
  }

  drained(): Promise<void> {
    return this.#output.drained();
  }

  answer(id: number, type: MessageType<unknown>, response: unknown): void {
    const { writer } = this.#output;
    const before = writer.length;
    writer.varint(frameKinds.answer);
    writer.varint(id);
    const opened = writer.openLength(2);
    try {
      type.write(writer, response);
      writer.closeLength(opened, 2);
      if (writer.length - before <= this.#answerBytesMax) {
        this.#written();
        return;
      }
      this.#output.rollBack(before);
      this.#failure(id, answerTooLarge, 0);
    } catch (error) {
      // It cannot be written: a broken invariant of the handler.
      this.#output.rollBack(before);
      this.#failure(id, { code: GrpcCode.Internal, message: String(error) }, 0);
    }
  }

  /** Ends a call or a stream with what its handler threw. */
  fail(id: number, error: unknown): void {
    this.#failure(id, refusalOf(error), 0);
  }

  respond(id: number, response: Uint8Array): void {
    this.#begin(frameKinds.message, id);
    this.#output.writer.lengthPrefixed(response);
    this.#written();
  }

  grant(id: number, credit: number): void {
    this.#begin(frameKinds.credit, id);
    this.#output.writer.varint(credit);
    this.#written();
  }

  end(id: number): void {
    this.#begin(frameKinds.end, id);
    this.#written();
  }

  finished(call: ServedUnary | ServedStream): void {
    this.#world.timers.disarm(call);
    if (this.#calls.delete(call.id)) {
      if (call instanceof ServedStream) this.#streams--;
      else this.#requestBytes -= call.encoded.length;
    }
    if (this.#leaving) this.#leaveWhenIdle();
  }

  #take(reader: MessageReader): void {
    const kind = reader.varint32();
    if (kind === frameKinds.unary) {
      this.#takeUnary(reader);
    } else if (kind === frameKinds.message) {
      const call = this.#streamAt(reader);
      const request = reader.lengthPrefixed();
      if (call !== undefined && !call.requests.push(request)) throw broken('sends beyond its credit');
    } else if (kind === frameKinds.credit) {
      const call = this.#streamAt(reader);
      const credit = reader.varint32();
      call?.granted(credit);
    } else if (kind === frameKinds.cancel) {
      this.#calls.get(reader.varint32())?.cancel('the client called it off');
    } else if (kind === frameKinds.open) {
      this.#takeOpen(reader);
    } else if (kind === frameKinds.end) {
      this.#streamAt(reader)?.requests.end();
    } else if (kind === frameKinds.path) {
      this.#takePath(reader.text());
    } else if (kind === frameKinds.token) {
      const token = reader.text();
      if (token.length > tokenLengthMax) throw broken(`sends a token of ${token.length} characters`);
      this.#token = token === '' ? undefined : token;
    } else {
      throw broken(`sends a frame of kind ${kind}`);
    }
  }

  #takeUnary(reader: MessageReader): void {
    const id = this.#newId(reader);
    const number = reader.varint32();
    const flags = this.#flags(reader);
    let session: CallSession | undefined;
    if (flags & callFlags.session) {
      session = { id: reader.uint53(), sequence: reader.uint53(), answeredBelow: reader.uint53() };
    }
    const timeout = flags & callFlags.timeout ? reader.uint53() : undefined;
    const traceparent = flags & callFlags.trace ? this.#traceparent(reader) : undefined;
    const request = reader.lengthPrefixed();
    const method = this.#method(id, number, 'unary');
    if (method?.kind !== 'unary') return;
    const { callsMax, requestBytesMax } = this.#limits;
    if (
      this.#calls.size - this.#streams >= callsMax ||
      this.#requestBytes + request.length > requestBytesMax
    ) {
      this.#failure(id, etcdRefusals.tooManyRequests, notBegun);
      return;
    }
    const requiresLeader = (flags & callFlags.requiresLeader) !== 0;
    const call = new ServedUnary(this, id, method, {
      token: this.#token,
      requiresLeader,
      session,
      traceparent,
      encoded: request,
    });
    this.#calls.set(id, call);
    this.#requestBytes += request.length;
    if (timeout !== undefined) this.#limit(call, timeout);
    call.run();
  }

  #takeOpen(reader: MessageReader): void {
    const id = this.#newId(reader);
    const number = reader.varint32();
    const flags = this.#flags(reader);
    const timeout = flags & callFlags.timeout ? reader.uint53() : undefined;
    const credit = reader.varint32();
    const method = this.#method(id, number, 'stream');
    if (method?.kind !== 'stream') return;
    if (this.#streams >= this.#limits.streamsMax) {
      this.#failure(id, etcdRefusals.tooManyRequests, notBegun);
      return;
    }
    const requiresLeader = (flags & callFlags.requiresLeader) !== 0;
    const call = new ServedStream(this, id, method, this.#token, requiresLeader, credit);
    this.#calls.set(id, call);
    this.#streams++;
    if (timeout !== undefined) this.#limit(call, timeout);
    void call.run();
  }

  #limit(call: ServedUnary | ServedStream, timeout: number): void {
    this.#world.timers.arm(call, this.#world.clock.now() + Math.min(timeout, timeoutMax));
  }

  #newId(reader: MessageReader): number {
    const id = reader.varint32();
    if (this.#calls.has(id)) throw broken(`uses the number ${id} for two calls`);
    return id;
  }

  #flags(reader: MessageReader): number {
    const flags = reader.varint32();
    if ((flags & ~callFlags.all) !== 0) throw broken(`sends the unknown flags ${flags}`);
    return flags;
  }

  #traceparent(reader: MessageReader): string {
    const traceparent = reader.text();
    if (traceparent.length <= traceLengthMax) return traceparent;
    throw broken(`sends a traceparent of ${traceparent.length} characters`);
  }

  #streamAt(reader: MessageReader): ServedStream | undefined {
    const call = this.#calls.get(reader.varint32());
    if (call === undefined || call instanceof ServedStream) return call;
    throw broken('sends a frame of a stream in a unary call');
  }

  #takePath(path: string): void {
    if (this.#paths.length >= pathsMax || path.length > pathLengthMax) {
      throw broken(`names more than ${pathsMax} paths, or one longer than ${pathLengthMax}`);
    }
    this.#paths.push(path);
    this.#methodOf.push(this.#methods.get(path) as UnknownMethod | undefined);
  }

  /** The method that the client calls, if it is to be; else it is told. */
  #method(id: number, number: number, kind: UnknownMethod['kind']): UnknownMethod | undefined {
    const path = this.#paths[number];
    if (path === undefined) throw broken(`calls the path ${number}, which it has not named`);
    const method = this.#methodOf[number];
    if (this.#leaving) this.#failure(id, etcdRefusals.stopped, notBegun);
    else if (method?.kind === kind) return method;
    else this.#failure(id, { code: GrpcCode.Unimplemented, message: `unknown method ${path}` }, notBegun);
    return undefined;
  }

  #begin(kind: number, id: number): void {
    const { writer } = this.#output;
    writer.varint(kind);
    writer.varint(id);
  }

  #failure(id: number, { code, message }: EtcdRefusal, flags: number): void {
    this.#begin(frameKinds.failure, id);
    const { writer } = this.#output;
    writer.varint(flags);
    writer.varint(code);
    writer.text(message.length > messageLengthMax ? message.slice(0, messageLengthMax) : message);
    this.#written();
  }

  #written(): void {
    this.#output.written();
    if (this.#output.waitingBytes > waitingBytesMax) {
      this.#channel.destroy(broken('does not read its answers'));
    }
  }

  get #answerBytesMax(): number {
    return this.#channel.sendBytesMax - batchRoom;
  }

  /** Reads no further requests as long as the client does not read their answers. */
  async #untilRead(): Promise<void> {
    this.#channel.pause();
    await this.#output.drained();
    this.#channel.resume();
  }

  #leaveWhenIdle(): void {
    if (this.#calls.size > 0) return;
    this.#output.flush();
    void this.#output.drained().then(() => this.#channel.close());
  }
}

const answerTooLarge: EtcdRefusal = {
  code: GrpcCode.ResourceExhausted,
  message: 'holdfast: the answer is larger than the client takes',
};

function broken(what: string): HoldfastError<'MALFORMED_FRAME'> {
  return transportErrors.create('MALFORMED_FRAME', { message: `a client of the native protocol ${what}` });
}
