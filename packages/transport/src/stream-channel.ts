import { asHoldfastError, type Connection, type HoldfastError, invalidArgument } from '@holdfast/core';
import { Alarm } from './alarm.ts';
import { transportErrors } from './errors.ts';
import { type FrameKind, headerBytes, kinds, readUint32, writeUint32 } from './frame.ts';
import { FrameQueue } from './frame-queue.ts';
import type { FrameReader } from './frame-reader.ts';
import type { Agreement } from './handshake.ts';
import type { ChannelHandler, ChannelLimits, Greeting, MessageChannel } from './message-channel.ts';
import type { NetworkWorld } from './network-world.ts';

const noParts: readonly Uint8Array[] = [];
/** What was queued is written once so many rounds of microtasks have added nothing, */
const quietRounds = 3;
/** or once there is so much. */
const writtenAtOnce = 65_536;
/** Where much is heard, the way is measured once in so many idle timeouts. */
const probedEvery = 4;

/** A {@link MessageChannel} over a connection whose ends have greeted each other. */
export class StreamChannel implements MessageChannel {
  readonly peer: Greeting;
  readonly version: number;
  readonly certificateNames: readonly string[];
  roundTrip: number | undefined;
  closedBy: Error | undefined;
  readonly #world: NetworkWorld;
  readonly #connection: Connection;
  readonly #handler: ChannelHandler;
  readonly #limits: Required<ChannelLimits>;
  readonly #messageBytesMax: number;
  readonly #reader: FrameReader;
  readonly #queue = new FrameQueue();
  readonly #alarm: Alarm;
  readonly #drained: (() => void)[] = [];
  readonly #finished: Promise<void>;
  #finish!: () => void;
  /** Bytes of the piece that is being written. */
  #writing = 0;
  #flushing = false;
  #paused = false;
  #resumed: (() => void) | undefined;
  /** A goodbye is queued, and has been written. */
  #leaving = false;
  #left = false;
  /** A goodbye has come, and then the end of the stream. */
  #peerLeft = false;
  #peerEnded = false;
  #heardAt: number;
  #watchedAt: number;
  #probedAt: number;
  #probe = 0;
  #piecesWritten = 0;
  #piecesAtWatch = 0;

  constructor(
    world: NetworkWorld,
    connection: Connection,
    agreement: Agreement,
    handler: ChannelHandler,
    limits: Required<ChannelLimits>,
  ) {
    this.peer = agreement.peer;
    this.version = agreement.version;
    this.roundTrip = agreement.roundTrip;
    this.certificateNames = connection.peerCertificateNames ?? [];
    this.#world = world;
    this.#connection = connection;
    this.#handler = handler;
    this.#limits = limits;
    this.#messageBytesMax = Math.min(agreement.peerMessageBytesMax, limits.queueBytesMax - headerBytes);
    this.#reader = agreement.reader;
    this.#finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#heardAt = world.clock.now();
    this.#watchedAt = this.#heardAt;
    this.#probedAt = this.#heardAt;
    this.#alarm = new Alarm(() => this.#watch());
    this.#world.timers.arm(this.#alarm, this.#heardAt + Math.ceil(limits.idleTimeout / 2));
    handler.opened?.(this);
    void this.#receive();
  }

  get writable(): boolean {
    return !this.#leaving && this.closedBy === undefined;
  }

  get sendBytesMax(): number {
    return this.#messageBytesMax;
  }

  get queuedBytes(): number {
    return this.#queue.bytes + this.#writing;
  }

  send(...parts: readonly Uint8Array[]): boolean {
    if (!this.writable) return false;
    let length = 0;
    for (const part of parts) length += part.length;
    if (length > this.#messageBytesMax) {
      throw invalidArgument(
        'message.length',
        length,
        `at most ${this.#messageBytesMax}, which the other end and the queue have room for`,
      );
    }
    if (this.queuedBytes + headerBytes + length > this.#limits.queueBytesMax) return false;
    this.#queue.append(kinds.message, parts, length);
    if (!this.#flushing) void this.#flush();
    return true;
  }

  async drained(): Promise<void> {
    if (!this.writable || this.#hasRoom) return;
    await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#resumed?.();
  }

  close(): Promise<void> {
    this.#leave();
    return this.#finished;
  }

  destroy(reason?: Error): void {
    this.#fail(reason ?? closed('this end has dropped the channel'));
  }

  get #hasRoom(): boolean {
    return this.queuedBytes <= this.#limits.queueBytesMax / 2;
  }

  async #receive(): Promise<void> {
    const { clock } = this.#world;
    try {
      for (;;) {
        while (this.closedBy === undefined && this.#reader.next()) {
          this.#take(this.#reader.kind, this.#reader.payload);
          if (this.#paused) await this.#resume();
        }
        if (this.closedBy !== undefined) return;
        const bytes = await this.#connection.read();
        if (bytes === undefined) break;
        this.#heardAt = clock.now();
        this.#reader.push(bytes);
      }
      if (!this.#peerLeft) {
        throw transportErrors.create('CHANNEL_BROKEN', { message: 'the other end left without a goodbye' });
      }
      this.#peerEnded = true;
      this.#endWhenBothHaveLeft();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Waits until {@link resume}, or the end. */
  #resume(): Promise<void> {
    return new Promise((resolve) => {
      this.#resumed = () => {
        this.#resumed = undefined;
        resolve();
      };
    });
  }

  #take(kind: number, payload: Uint8Array): void {
    if (kind === kinds.message) {
      this.#handler.message(payload, this);
    } else if (kind === kinds.probe) {
      this.#append(kinds.answer, payload);
    } else if (kind === kinds.answer) {
      this.#takeAnswer(payload);
    } else if (kind === kinds.goodbye) {
      this.#peerLeft = true;
      this.#leave();
    } else {
      throw transportErrors.create('MALFORMED_FRAME', {
        message: `the other end sends a frame of kind ${kind} after the handshake`,
      });
    }
  }

  #takeAnswer(payload: Uint8Array): void {
    if (payload.length !== 4 || readUint32(payload, 0) !== this.#probe || this.#probe === 0) return;
    this.roundTrip = this.#world.clock.now() - this.#probedAt;
  }

  #append(kind: FrameKind, payload?: Uint8Array): void {
    if (this.#leaving) return;
    this.#queue.append(kind, payload === undefined ? noParts : [payload], payload?.length ?? 0);
    if (!this.#flushing) void this.#flush();
  }

  /** Writes what is queued, once what goes on in this turn has added to it. */
  async #flush(): Promise<void> {
    this.#flushing = true;
    try {
      for (let quiet = 0, before = 0; quiet < quietRounds && before < writtenAtOnce; quiet++) {
        await undefined;
        if (this.#queue.bytes !== before) quiet = 0;
        before = this.#queue.bytes;
      }
      for (let piece = this.#queue.take(); piece !== undefined; piece = this.#queue.take()) {
        this.#writing = piece.length;
        await this.#connection.write(piece);
        this.#writing = 0;
        this.#piecesWritten++;
        if (this.#drained.length > 0 && this.#hasRoom) this.#tellDrained();
      }
      if (this.#leaving && !this.#left) {
        this.#left = true;
        this.#connection.end();
        this.#endWhenBothHaveLeft();
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#writing = 0;
      this.#flushing = false;
    }
  }

  #tellDrained(): void {
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  /** Takes nothing more, and says goodbye after what is queued. */
  #leave(): void {
    if (this.#leaving || this.closedBy !== undefined) return;
    this.#append(kinds.goodbye);
    this.#leaving = true;
    this.#tellDrained();
  }

  /**
   * Looks after the channel twice in each idle timeout. Shows the other end that this one lives, if it sends and hears
   * nothing: its probes may wait behind what it sends. Probes one that was not heard, and breaks with one that does not
   * answer.
   */
  #watch(): void {
    const { clock, timers } = this.#world;
    const { idleTimeout } = this.#limits;
    const now = clock.now();
    // A process that was stopped itself asks again before it blames the other end.
    const late = now - this.#alarm.due > idleTimeout / 2;
    if (this.#paused) this.#heardAt = now;
    const heard = this.#heardAt > this.#watchedAt;
    if (heard && this.#piecesWritten === this.#piecesAtWatch) this.#append(kinds.answer, new Uint8Array(4));
    const answered = this.#probedAt <= this.#heardAt;
    if (!answered && now - this.#probedAt >= idleTimeout && !late && !this.#backlogMoves()) {
      const millis = Math.round((now - this.#heardAt) / 1_000);
      const message = `nothing came for ${millis} ms, not even an answer to a probe`;
      this.#fail(transportErrors.create('PEER_SILENT', { message }));
      return;
    }
    const silent = now - this.#heardAt >= idleTimeout && (answered || late);
    const probedLongAgo = now - this.#probedAt >= probedEvery * idleTimeout;
    if (!this.#paused && (silent || probedLongAgo)) this.#sendProbe(now);
    this.#watchedAt = now;
    this.#piecesAtWatch = this.#piecesWritten;
    timers.arm(this.#alarm, now + Math.ceil(idleTimeout / 2));
  }

  /** Whether the stream has taken some of a queue since it was last looked after: so the other end takes it, if slowly. */
  #backlogMoves(): boolean {
    return this.queuedBytes > 0 && this.#piecesWritten !== this.#piecesAtWatch;
  }

  #sendProbe(now: number): void {
    this.#probe = (this.#probe + 1) >>> 0 || 1;
    this.#probedAt = now;
    const payload = new Uint8Array(4);
    writeUint32(payload, 0, this.#probe);
    this.#append(kinds.probe, payload);
  }

  /** Both ends have said goodbye once the other's was read, to its end, and this one's was written. */
  #endWhenBothHaveLeft(): void {
    if (!this.#left || !this.#peerEnded || this.closedBy !== undefined) return;
    this.#end(closed('both ends have closed the channel'));
    this.#handler.closed(undefined, this);
  }

  #fail(error: unknown): void {
    if (this.closedBy !== undefined) return;
    const reason = asHoldfastError(error);
    this.#connection.destroy();
    this.#end(reason);
    this.#handler.closed(reason, this);
  }

  #end(reason: Error): void {
    this.closedBy = reason;
    this.#world.timers.disarm(this.#alarm);
    this.#queue.clear();
    this.#writing = 0;
    this.#tellDrained();
    this.#resumed?.();
    this.#finish();
  }
}

function closed(message: string): HoldfastError<'CHANNEL_CLOSED'> {
  return transportErrors.create('CHANNEL_CLOSED', { message });
}
