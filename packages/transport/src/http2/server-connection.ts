import { type Connection, Timer, type World } from '@holdfast/core';
import { FloodGuard } from './flood-guard.ts';
import {
  clientPreface,
  frameFlag,
  framePayloadBytesMax,
  frameType,
  initialWindow,
  setting,
  windowMax,
} from './frame.ts';
import { FrameReader } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';
import { HeaderDecoder } from './hpack/header-decoder.ts';
import type { HeaderField } from './hpack/static-table.ts';
import { ConnectionError, type Http2Code, http2Code } from './http2-error.ts';
import { type Http2Limits, type Http2Settings, http2Settings } from './http2-limits.ts';
import type { Http2Stream, StreamHandler } from './http2-stream.ts';
import { isRequest } from './is-request.ts';
import { ServerStream } from './server-stream.ts';

/** What a server does with the requests of one connection. */
export interface Http2Handler {
  /** A request has begun. The answer may be given at once or later; the handler hears of its body. */
  request(stream: Http2Stream): StreamHandler;
  /** The connection is over, with all its streams. Called once. */
  closed(): void;
}

const pingPayload = new Uint8Array(8);
const none = new Uint8Array(0);
/** Bytes that wait for the connection, from where on data waits in its stream, whatever room the client's windows have. */
const unsentBytesMax = 1_048_576;
const streamOf = (payload: Uint8Array, at: number): number => uint32(payload, at) & windowMax;

/**
 * The server's side of an HTTP/2 connection (RFC 9113) on any byte stream, for many small requests at once: no object but
 * the stream for each, and all answers of one turn of the event loop in one write. It pushes nothing and heeds no
 * priorities. A client that breaks the protocol, floods it or does not read is cut off, at a cost that is bounded.
 */
export class Http2ServerConnection {
  readonly settings: Http2Settings;
  /** Bytes that the client takes on all streams together. */
  sendWindow: number = initialWindow;
  readonly #connection: Connection;
  readonly #handler: Http2Handler;
  readonly #world: World;
  readonly #reader: FrameReader;
  readonly #writer = new FrameWriter();
  readonly #headers: HeaderDecoder;
  readonly #streams = new Map<number, ServerStream>();
  readonly #waiting = new Set<ServerStream>();
  readonly #flood: FloodGuard;
  readonly #idleTimer: IdleTimer;
  /** What is still missing of the client's preface. */
  #preface = clientPreface;
  #settingsSeen = false;
  #lastStream = 0;
  #streamSendWindow = initialWindow;
  #receiveWindow = initialWindow;
  #consumed = 0;
  #waitingBytes = 0;
  /** The header block that CONTINUATION frames go on with. */
  #block: { stream: number; endStream: boolean; parts: Uint8Array[]; bytes: number } | undefined;
  #heard = true;
  #pinged = false;
  #flushing = false;
  #writing = false;
  #draining = false;
  #closed = false;

  /** Starts to serve `connection`, which is its own from here on. `first` are bytes that were already read from it. */
  constructor(
    connection: Connection,
    handler: Http2Handler,
    world: World,
    limits: Http2Limits = {},
    first?: Uint8Array,
  ) {
    this.#connection = connection;
    this.#handler = handler;
    this.#world = world;
    this.settings = http2Settings(limits);
    this.#reader = new FrameReader((type, flags, stream, payload) =>
      this.#receive(type, flags, stream, payload),
    );
    this.#headers = new HeaderDecoder(this.settings.headerListBytesMax);
    this.#flood = new FloodGuard(this.settings.vainFramesMax, world.clock);
    this.#idleTimer = new IdleTimer(() => this.#probe());
    this.#writer.settings([
      [setting.maxConcurrentStreams, this.settings.streamsMax],
      [setting.initialWindowSize, this.settings.streamWindow],
      [setting.maxHeaderListSize, this.settings.headerListBytesMax],
    ]);
    if (this.settings.connectionWindow > initialWindow) {
      this.openWindow(0, this.settings.connectionWindow - initialWindow);
      this.#receiveWindow = this.settings.connectionWindow;
    }
    this.#armIdleTimer();
    if (first !== undefined) this.#take(first);
    void this.#read();
  }

  get streams(): number {
    return this.#streams.size;
  }

  /** Bytes of answers that wait for the client to make room. */
  get queuedBytes(): number {
    return this.#waitingBytes;
  }

  /** Takes no further requests, and closes once those under way are answered. */
  drain(): void {
    if (this.#draining || this.#closed) return;
    this.#draining = true;
    this.#writer.goaway(this.#lastStream, http2Code.noError, '');
    this.#flushSoon();
    this.#endWhenDrained();
  }

  /** Drops everything at once. */
  destroy(): void {
    if (this.#closed) return;
    this.#connection.destroy();
    this.#close();
  }

  /** The client has ended the connection in order: so does this end, and its streams are nobody's. */
  #leave(): void {
    if (this.#closed) return;
    if (this.#writing) this.#connection.destroy();
    else this.#connection.end();
    this.#close();
  }

  #close(): void {
    this.#closed = true;
    this.#world.timers.disarm(this.#idleTimer);
    for (const stream of [...this.#streams.values()]) {
      stream.close();
      stream.handler?.cancelled();
    }
    this.#streams.clear();
    this.#handler.closed();
  }

  /** For streams: sends a header block, and with `end` closes the stream. */
  sendHeaders(stream: ServerStream, block: Uint8Array, end: boolean): void {
    this.#writer.headers(stream.id, block, end);
    if (end) {
      // The client need not finish a request that is answered (section 8.1).
      if (!stream.remoteEnded) this.#writer.rstStream(stream.id, http2Code.noError);
      this.#flood.forgive();
      this.#forget(stream);
    }
    this.#flushSoon();
  }

  /** For streams: sends data if the windows have room for all of it, and what was sent before has left. */
  sendData(stream: ServerStream, bytes: Uint8Array): boolean {
    if (bytes.length > stream.sendWindow || bytes.length > this.sendWindow) return false;
    if (this.#writer.length > unsentBytesMax) return false;
    stream.sendWindow -= bytes.length;
    this.sendWindow -= bytes.length;
    this.#writer.data(stream.id, bytes, false);
    this.#flushSoon();
    return true;
  }

  /** For streams: counts what waits for a window. */
  waits(stream: ServerStream, bytes: number): void {
    this.#waitingBytes += bytes;
    if (stream.queuedBytes > 0 && !stream.closed) this.#waiting.add(stream);
    else this.#waiting.delete(stream);
    if (this.#waitingBytes > this.settings.queueBytesMax) {
      this.#fail(http2Code.enhanceYourCalm, 'answers that nobody reads');
    }
  }

  /** For streams: counts bytes that a handler has taken. */
  consumed(bytes: number): void {
    this.#consumed += bytes;
    if (this.#consumed * 2 < this.settings.connectionWindow) return;
    this.#receiveWindow += this.#consumed;
    this.openWindow(0, this.#consumed);
    this.#consumed = 0;
  }

  openWindow(stream: number, increment: number): void {
    this.#writer.windowUpdate(stream, increment);
    this.#flushSoon();
  }

  resetStream(stream: ServerStream, code: Http2Code): void {
    this.#writer.rstStream(stream.id, code);
    this.#forget(stream);
    this.#flushSoon();
  }

  async #read(): Promise<void> {
    try {
      while (!this.#closed) {
        const bytes = await this.#connection.read();
        if (bytes === undefined) {
          this.#leave();
          return;
        }
        this.#take(bytes);
      }
    } catch {
      // The connection broke: so do all its streams.
    }
    this.destroy();
  }

  #take(bytes: Uint8Array): void {
    this.#heard = true;
    try {
      const rest = this.#preface === '' ? bytes : this.#takePreface(bytes);
      if (!this.#closed) this.#reader.push(rest);
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      this.#fail(error.code, error.message);
    }
  }

  #takePreface(bytes: Uint8Array): Uint8Array {
    const length = Math.min(bytes.length, this.#preface.length);
    for (let at = 0; at < length; at++) {
      if (bytes[at] !== this.#preface.charCodeAt(at)) {
        throw new ConnectionError(http2Code.protocolError, 'a preface that is none');
      }
    }
    this.#preface = this.#preface.slice(length);
    return bytes.subarray(length);
  }

  #receive(type: number, flags: number, id: number, payload: Uint8Array): void {
    if (this.#closed) return;
    if (!this.#settingsSeen && type !== frameType.settings) throw protocolError('no settings at first');
    if (this.#block !== undefined && (type !== frameType.continuation || id !== this.#block.stream)) {
      throw protocolError('another frame amid a header block');
    }
    switch (type) {
      case frameType.data:
        this.#receiveData(flags, id, payload);
        break;
      case frameType.headers:
        this.#receiveHeaders(flags, id, payload);
        break;
      case frameType.continuation:
        this.#receiveContinuation(flags, payload);
        break;
      case frameType.priority:
        if (payload.length !== 5) throw sizeError('a priority');
        this.#flood.count();
        break;
      case frameType.rstStream:
        this.#receiveReset(id, payload);
        break;
      case frameType.settings:
        this.#receiveSettings(flags, id, payload);
        break;
      case frameType.pushPromise:
        throw protocolError('a push by a client');
      case frameType.ping:
        this.#receivePing(flags, id, payload);
        break;
      case frameType.goaway:
        if (id !== 0) throw protocolError('a GOAWAY on a stream');
        this.#flood.count();
        break;
      case frameType.windowUpdate:
        this.#receiveWindowUpdate(id, payload);
        break;
      default:
        this.#flood.count();
        break;
    }
  }

  #receiveData(flags: number, id: number, payload: Uint8Array): void {
    if (id === 0) throw protocolError('data on no stream');
    this.#receiveWindow -= payload.length;
    if (this.#receiveWindow < 0) throw new ConnectionError(http2Code.flowControlError, 'too much data');
    const content = unpadded(flags, payload);
    const end = (flags & frameFlag.endStream) !== 0;
    if (content.length === 0 && !end) this.#flood.count();
    const stream = this.#streams.get(id);
    if (stream === undefined || stream.remoteEnded) {
      if (id > this.#lastStream) throw protocolError('data on a stream that is not open');
      // It was broken off here and the client did not know yet, or it goes on after its end.
      this.consumed(payload.length);
      if (stream !== undefined) this.#breakOff(stream, http2Code.streamClosed);
      return;
    }
    stream.receiveWindow -= payload.length;
    if (stream.receiveWindow < 0) {
      this.consumed(payload.length);
      this.#breakOff(stream, http2Code.flowControlError);
      return;
    }
    if (end) stream.remoteEnded = true;
    if (payload.length > content.length) stream.consumed(payload.length - content.length);
    stream.handler!.data(content, end);
  }

  #receiveHeaders(flags: number, id: number, payload: Uint8Array): void {
    if (id === 0 || id % 2 === 0) throw protocolError(`a request on stream ${id}`);
    let block = unpadded(flags, payload);
    if ((flags & frameFlag.priority) !== 0) {
      if (block.length < 5) throw sizeError('a request');
      block = block.subarray(5);
    }
    const endStream = (flags & frameFlag.endStream) !== 0;
    if ((flags & frameFlag.endHeaders) !== 0) this.#receiveBlock(id, endStream, block);
    else this.#block = { stream: id, endStream, parts: [block.slice()], bytes: block.length };
  }

  #receiveContinuation(flags: number, payload: Uint8Array): void {
    const begun = this.#block;
    if (begun === undefined) throw protocolError('a continuation of nothing');
    begun.parts.push(payload.slice());
    begun.bytes += payload.length;
    // Compression never makes a block larger than its fields, but for a little that the overhead of fields covers.
    if (begun.bytes > this.settings.headerListBytesMax || payload.length === 0) {
      throw new ConnectionError(http2Code.enhanceYourCalm, 'an endless header block');
    }
    if ((flags & frameFlag.endHeaders) === 0) return;
    this.#block = undefined;
    const block = new Uint8Array(begun.bytes);
    let at = 0;
    for (const part of begun.parts) {
      block.set(part, at);
      at += part.length;
    }
    this.#receiveBlock(begun.stream, begun.endStream, block);
  }

  #receiveBlock(id: number, endStream: boolean, block: Uint8Array): void {
    const headers = this.#headers.decode(block);
    const known = this.#streams.get(id);
    if (known !== undefined) this.#receiveTrailers(known, endStream);
    // Else they are trailers of a request that was answered or broken off here.
    else if (id <= this.#lastStream) this.#flood.count();
    else {
      this.#lastStream = id;
      if (this.#draining || this.#streams.size >= this.settings.streamsMax) {
        this.#refuse(id, http2Code.refusedStream);
      } else if (headers === undefined) this.#refuse(id, http2Code.enhanceYourCalm);
      else if (!isRequest(headers)) this.#refuse(id, http2Code.protocolError);
      else this.#begin(id, headers, endStream);
    }
  }

  #begin(id: number, headers: readonly HeaderField[], endStream: boolean): void {
    const stream = new ServerStream(
      this,
      id,
      headers,
      endStream,
      this.#streamSendWindow,
      this.settings.streamWindow,
    );
    this.#streams.set(id, stream);
    stream.handler = this.#handler.request(stream);
    if (endStream && !stream.closed) stream.handler.data(none, true);
  }

  #receiveTrailers(stream: ServerStream, endStream: boolean): void {
    if (!endStream || stream.remoteEnded) this.#breakOff(stream, http2Code.protocolError);
    else {
      stream.remoteEnded = true;
      stream.handler!.data(none, true);
    }
  }

  #receiveReset(id: number, payload: Uint8Array): void {
    if (payload.length !== 4) throw sizeError('a reset');
    if (id === 0 || id > this.#lastStream) throw protocolError('a reset of a stream that is not open');
    this.#flood.count();
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    this.#forget(stream);
    stream.handler!.cancelled();
  }

  #receiveSettings(flags: number, id: number, payload: Uint8Array): void {
    if (id !== 0) throw protocolError('settings on a stream');
    if ((flags & frameFlag.ack) !== 0) {
      if (payload.length > 0) throw sizeError('an acknowledgement');
      return;
    }
    if (payload.length % 6 !== 0) throw sizeError('settings');
    this.#settingsSeen = true;
    for (let at = 0; at < payload.length; at += 6) {
      const value = uint32(payload, at + 2);
      switch ((payload[at]! << 8) | payload[at + 1]!) {
        case setting.initialWindowSize:
          this.#resizeWindows(value);
          break;
        case setting.enablePush:
          if (value > 1) throw protocolError('a setting of push that is none');
          break;
        case setting.maxFrameSize:
          if (value < framePayloadBytesMax || value > 16_777_215)
            throw protocolError('a frame size that is none');
          break;
      }
    }
    this.#writer.settingsAck();
    this.#flushSoon();
  }

  #resizeWindows(size: number): void {
    if (size > windowMax) throw overflow();
    const change = size - this.#streamSendWindow;
    this.#streamSendWindow = size;
    for (const stream of this.#streams.values()) {
      stream.sendWindow += change;
      if (stream.sendWindow > windowMax) throw overflow();
    }
    if (change > 0) this.#flushWaiting();
  }

  #receivePing(flags: number, id: number, payload: Uint8Array): void {
    if (id !== 0) throw protocolError('a ping on a stream');
    if (payload.length !== 8) throw sizeError('a ping');
    if ((flags & frameFlag.ack) !== 0) return;
    this.#writer.ping(payload, true);
    this.#flushSoon();
  }

  #receiveWindowUpdate(id: number, payload: Uint8Array): void {
    if (payload.length !== 4) throw sizeError('a window update');
    const increment = streamOf(payload, 0);
    if (id === 0) this.#widenConnection(increment);
    else if (id > this.#lastStream) throw protocolError('a window update of a stream that is not open');
    else {
      const stream = this.#streams.get(id);
      if (stream !== undefined) this.#widenStream(stream, increment);
    }
  }

  #widenConnection(increment: number): void {
    if (increment === 0) throw protocolError('a window update of nothing');
    this.sendWindow += increment;
    if (this.sendWindow > windowMax) throw overflow();
    this.#flushWaiting();
  }

  #widenStream(stream: ServerStream, increment: number): void {
    stream.sendWindow += increment;
    if (increment === 0) this.#breakOff(stream, http2Code.protocolError);
    else if (stream.sendWindow > windowMax) this.#breakOff(stream, http2Code.flowControlError);
    else stream.flush();
  }

  /** The stream that waits longest is served first. */
  #flushWaiting(): void {
    for (const stream of this.#waiting) {
      if (this.sendWindow <= 0) return;
      stream.flush();
    }
  }

  #refuse(id: number, code: Http2Code): void {
    this.#flood.count();
    this.#writer.rstStream(id, code);
    this.#flushSoon();
  }

  #breakOff(stream: ServerStream, code: Http2Code): void {
    this.#flood.count();
    this.resetStream(stream, code);
    stream.handler!.cancelled();
  }

  #forget(stream: ServerStream): void {
    stream.close();
    this.#streams.delete(stream.id);
    this.#endWhenDrained();
  }

  #endWhenDrained(): void {
    if (!this.#draining || this.#streams.size > 0 || this.#closed) return;
    this.#flushSoon();
  }

  #probe(): void {
    if (!this.#heard && this.#pinged) {
      this.destroy();
      return;
    }
    this.#pinged = !this.#heard;
    if (this.#pinged) {
      this.#writer.ping(pingPayload, false);
      this.#flushSoon();
    }
    this.#heard = false;
    this.#armIdleTimer();
  }

  #armIdleTimer(): void {
    this.#world.timers.arm(this.#idleTimer, this.#world.clock.now() + this.settings.idleTimeout);
  }

  #flushSoon(): void {
    if (this.#closed) return;
    if (this.#writer.length > this.settings.queueBytesMax) {
      this.#fail(http2Code.enhanceYourCalm, 'answers that nobody reads');
    }
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    if (this.#writing || this.#closed) return;
    this.#writing = true;
    try {
      while (this.#writer.length > 0 && !this.#closed) {
        await this.#connection.write(this.#writer.take());
        this.#flushWaiting();
      }
      this.#writing = false;
      if (this.#draining && this.#streams.size === 0 && !this.#closed) this.#connection.end();
    } catch {
      this.destroy();
    }
  }

  /** Says why, and ends. */
  #fail(code: Http2Code, reason: string): void {
    if (this.#closed) return;
    this.#writer.goaway(this.#lastStream, code, reason);
    const last = this.#writer.take();
    const connection = this.#connection;
    // `destroy` drops what is under way, so the farewell goes first where the way is free.
    if (this.#writing) this.destroy();
    else {
      this.#writing = true;
      void connection.write(last).then(
        () => this.destroy(),
        () => this.destroy(),
      );
    }
  }
}

class IdleTimer extends Timer {
  readonly #probe: () => void;

  constructor(probe: () => void) {
    super();
    this.#probe = probe;
  }

  override fire(): void {
    this.#probe();
  }
}

function unpadded(flags: number, payload: Uint8Array): Uint8Array {
  if ((flags & frameFlag.padded) === 0) return payload;
  const padding = payload[0];
  if (padding === undefined || padding >= payload.length) throw protocolError('a padding beyond its frame');
  return payload.subarray(1, payload.length - padding);
}

function uint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

function protocolError(what: string): ConnectionError {
  return new ConnectionError(http2Code.protocolError, what);
}

function sizeError(what: string): ConnectionError {
  return new ConnectionError(http2Code.frameSizeError, `${what} of another size`);
}

function overflow(): ConnectionError {
  return new ConnectionError(http2Code.flowControlError, 'a window that overflows');
}
