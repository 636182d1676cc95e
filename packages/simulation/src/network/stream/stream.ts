import { type Clock, Timer, type Timers } from '@holdfast/core';
import { lengthOf, nobody, nothing, type Part, resetSegment, type Segment } from './segment.ts';
import type { StreamChance } from './stream-chance.ts';
import { StreamReceiver } from './stream-receiver.ts';
import { type Patience, StreamSender } from './stream-sender.ts';

/** What a stream needs of its host. */
export interface StreamOwner {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly patience: Patience;
  /** Bytes that each side of a stream keeps at most. */
  readonly bufferBytes: number;
  send(stream: Stream, segment: Segment): void;
  /** No segment is for this stream any more. */
  over(stream: Stream): void;
}

/** Why a stream broke. `silent`: the other end has not answered for too long. */
export type StreamFailure = 'refused' | 'unreachable' | 'reset' | 'silent' | 'destroyed';

/** Hears of a stream: it is open, something can be read, there is room to write, or it broke. */
export interface StreamObserver {
  changed(): void;
  /** Its process has ended. */
  abandoned(): void;
}

/** Which two ends a stream joins, as one of them sees it. */
export interface StreamEnds {
  /** Of this end. */
  readonly number: number;
  /** Of the other end; {@link nobody} for the end that opens the stream. */
  readonly peer: number;
  readonly localPort: number;
  readonly remoteHost: string;
  readonly remotePort: number;
}

/** One end of a stream: joins its sending and its receiving side. It is the timer of its next resending. */
export class Stream extends Timer {
  readonly ends: StreamEnds;
  observer: StreamObserver | undefined = undefined;
  readonly #owner: StreamOwner;
  readonly #chance: StreamChance;
  readonly #sender: StreamSender;
  readonly #receiver: StreamReceiver;
  #peer: number;
  #failure: StreamFailure | undefined = undefined;
  #over = false;
  #segmentSize: number;
  #answerDue = false;
  /** The end of the window that the other side knows of. */
  #advertised = 0;

  constructor(ends: StreamEnds, chance: StreamChance, owner: StreamOwner) {
    super();
    this.ends = ends;
    this.#peer = ends.peer;
    this.#chance = chance;
    this.#owner = owner;
    this.#sender = new StreamSender(owner.bufferBytes, owner.patience);
    this.#receiver = new StreamReceiver(owner.bufferBytes);
    this.#segmentSize = chance.segmentSize();
  }

  /** Whether both ends know of each other. */
  get open(): boolean {
    return this.#sender.opened && this.#receiver.opened;
  }

  get failure(): StreamFailure | undefined {
    return this.#failure;
  }

  /** Whether the other end has ended, and everything it wrote has been read. */
  get exhausted(): boolean {
    return this.#receiver.ended && this.#receiver.readable === 0 && this.#failure !== 'destroyed';
  }

  get ended(): boolean {
    return this.#sender.ended;
  }

  /** Asks the other side to open the stream. */
  start(): void {
    this.#send();
  }

  /** Takes as many bytes as there is room for, and says how many. */
  write(bytes: Uint8Array): number {
    const count = this.#sender.write(bytes);
    if (!(this.#sender.waits && this.#chance.delays())) this.#send();
    return count;
  }

  /** The next bytes; undefined when there are none. */
  read(): Uint8Array | undefined {
    const { readable } = this.#receiver;
    if (readable === 0) return undefined;
    const bytes = this.#receiver.read(this.#chance.readSize(readable));
    const gained = this.#receiver.windowEnd - this.#advertised;
    if (!this.#over && gained >= this.#owner.bufferBytes / 4) {
      this.#answerDue = true;
      this.#send();
    }
    return bytes;
  }

  end(): void {
    if (this.#over || this.#sender.ended) return;
    this.#sender.end();
    this.#send();
  }

  /** Breaks it, and says so to the other end, once. */
  destroy(): void {
    if (this.#failure !== undefined) return;
    if (!this.#over && this.#peer !== nobody) {
      this.#owner.send(this, resetSegment('reset', this.ends.number, this.#peer));
    }
    this.#break('destroyed');
  }

  receive(segment: Segment): void {
    const { kind, from, opens, probe, acknowledged, windowEnd } = segment;
    if (this.#peer === nobody && kind === 'stream' && opens) this.#peer = from;
    if (kind !== 'stream') {
      if (from === this.#peer) this.#break(kind);
    } else if (from === this.#peer) {
      if (lengthOf(segment) > 0 || probe) this.#answerDue = true;
      this.#receiver.receive(segment);
      this.#sender.acknowledge(this.#owner.clock.now(), acknowledged, windowEnd);
      this.#send();
      if (this.#sender.done && this.#receiver.ended) this.#finish();
      this.observer?.changed();
    }
    // Others are from an end that an old duplicate of the opening has made: it gives up when nobody answers.
  }

  override fire(): void {
    if (this.#sender.elapse(this.#owner.clock.now())) this.#send();
    else this.#break(this.#sender.opened ? 'silent' : 'unreachable');
  }

  /** Sends all that may go out, and arms the timer for what does not get through. */
  #send(): void {
    const { clock, timers } = this.#owner;
    const now = clock.now();
    let part = this.#sender.next(now, this.#segmentSize);
    while (part !== undefined) {
      this.#owner.send(this, this.#segment(part));
      this.#segmentSize = this.#chance.segmentSize();
      part = this.#sender.next(now, this.#segmentSize);
    }
    if (this.#answerDue) this.#owner.send(this, this.#segment(nothing));
    const { due } = this.#sender;
    if (due === undefined) timers.disarm(this);
    else if (!this.armed || this.due !== due) timers.arm(this, due);
  }

  #segment({ sequence, opens, bytes, ends, probe }: Part): Segment {
    this.#answerDue = false;
    const { next: acknowledged, windowEnd } = this.#receiver;
    this.#advertised = windowEnd;
    const from = this.ends.number;
    const to = this.#peer;
    return { kind: 'stream', from, to, sequence, opens, bytes, ends, probe, acknowledged, windowEnd };
  }

  #break(failure: StreamFailure): void {
    this.#failure = failure;
    if (failure === 'destroyed' || !this.#receiver.ended) this.#receiver.clear();
    this.#finish();
    this.observer?.changed();
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#owner.timers.disarm(this);
    this.#owner.over(this);
  }
}
