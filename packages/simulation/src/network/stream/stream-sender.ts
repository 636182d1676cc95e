import { ByteQueue } from './byte-queue.ts';
import { ResendTimeout } from './resend-timeout.ts';
import { noBytes, type Part } from './segment.ts';

/** How many microseconds without any progress a stream takes before it gives up. */
export interface Patience {
  /** While it opens. */
  readonly opening: number;
  /** Afterwards. */
  readonly open: number;
}

/**
 * The sending side of one end of a stream. Pure: it is told what to send, what was acknowledged and what time it is,
 * and says which part goes out next and when it wants to be asked again. Parts that stay unacknowledged are sent
 * again, the first of them first; while the other side has no room it is asked from time to time whether it has. There
 * is no congestion control: the window alone limits what is under way.
 */
export class StreamSender {
  readonly #queue: ByteQueue;
  readonly #patience: Patience;
  readonly #timeout = new ResendTimeout();
  /** Everything before this position has been acknowledged. */
  #acknowledged = 0;
  /** The position of the next new part. */
  #next = 0;
  /** The position after the last byte taken; the end has it. */
  #end = 1;
  #ended = false;
  #windowEnd = 1;
  #resend = false;
  #probe = false;
  /** After a timeout: what was sent before it may be lost, and is sent again as acknowledgements reach it. */
  #recoverTo = 0;
  /** The position whose acknowledgement gives a round trip, and when it was sent; none at 0. */
  #timedPosition = 0;
  #timedAt = 0;
  #waitingSince = 0;
  #due: number | undefined = undefined;

  constructor(capacity: number, patience: Patience) {
    this.#queue = new ByteQueue(capacity);
    this.#patience = patience;
  }

  /** When to call {@link elapse}; undefined while it waits for nothing. */
  get due(): number | undefined {
    return this.#due;
  }

  /** Whether anything is under way. */
  get waits(): boolean {
    return this.#acknowledged < this.#next;
  }

  /** Whether the other side knows that the stream is open. */
  get opened(): boolean {
    return this.#acknowledged > 0;
  }

  /** Whether the other side has everything, the end too. */
  get done(): boolean {
    return this.#acknowledged > this.#end;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Takes as many bytes as there is room for, and says how many. */
  write(bytes: Uint8Array): number {
    const count = this.#queue.append(bytes);
    this.#end += count;
    return count;
  }

  end(): void {
    this.#ended = true;
  }

  /** What goes out now, with at most `bytesMax` bytes; undefined when nothing may. Ask until then. */
  next(now: number, bytesMax: number): Part | undefined {
    if (this.#resend) {
      this.#resend = false;
      this.#timedPosition = 0;
      return this.#part(
        this.#acknowledged,
        Math.min(this.#next, this.#end),
        bytesMax,
        this.#next > this.#end,
      );
    }
    if (this.#probe) {
      this.#probe = false;
      return { sequence: this.#next, opens: false, bytes: noBytes, ends: false, probe: true };
    }
    const limit = this.opened ? Math.min(this.#end, this.#windowEnd) : 1;
    const ends = this.#ended && this.opened && this.#next <= this.#end;
    if (this.#next < limit || (ends && this.#next === this.#end)) {
      return this.#newPart(now, limit, bytesMax, ends);
    }
    if (this.#next < this.#end && this.opened && !this.waits && this.#due === undefined) this.#wait(now);
    return undefined;
  }

  /** The other side expects position `acknowledged` next, and has room up to `windowEnd`. */
  acknowledge(now: number, acknowledged: number, windowEnd: number): void {
    if (acknowledged > this.#next) return;
    const blocked = !this.waits;
    const moreRoom = windowEnd > this.#windowEnd;
    if (moreRoom) this.#windowEnd = windowEnd;
    if (acknowledged > this.#acknowledged) this.#progress(now, acknowledged);
    else if (blocked && this.#due !== undefined) {
      // The answer to a probe: the other side is there, whether or not it has room.
      this.#timeout.answered();
      this.#waitingSince = now;
      if (moreRoom) this.#due = undefined;
    }
  }

  /** Time has reached {@link due}. False when the other side has been silent for too long. */
  elapse(now: number): boolean {
    if (now >= this.#waitingSince + this.#patienceNow) return false;
    this.#timeout.doubled();
    if (this.waits) {
      this.#resend = true;
      this.#recoverTo = this.#next;
    } else {
      this.#probe = true;
    }
    this.#due = Math.min(now + this.#timeout.current, this.#waitingSince + this.#patienceNow);
    return true;
  }

  #newPart(now: number, limit: number, bytesMax: number, ends: boolean): Part {
    const part = this.#part(this.#next, limit, bytesMax, ends);
    if (!this.waits) this.#wait(now);
    this.#next += (part.opens ? 1 : 0) + part.bytes.length + (part.ends ? 1 : 0);
    if (this.#timedPosition === 0) {
      this.#timedPosition = this.#next;
      this.#timedAt = now;
    }
    return part;
  }

  /** From position `sequence` on, up to `limit`; and the end, if it `ends` and the bytes reach that far. */
  #part(sequence: number, limit: number, bytesMax: number, ends: boolean): Part {
    const opens = sequence === 0;
    if (opens) return { sequence, opens, bytes: noBytes, ends: false, probe: false };
    const length = Math.min(limit - sequence, bytesMax);
    const offset = sequence - Math.max(1, this.#acknowledged);
    const bytes = length > 0 ? this.#queue.copy(offset, length) : noBytes;
    return { sequence, opens, bytes, ends: ends && sequence + length === this.#end, probe: false };
  }

  #progress(now: number, acknowledged: number): void {
    this.#queue.drop(Math.min(acknowledged, this.#end) - Math.max(1, this.#acknowledged));
    this.#acknowledged = acknowledged;
    this.#timeout.answered();
    if (this.#timedPosition !== 0 && acknowledged >= this.#timedPosition) {
      this.#timeout.sample(now - this.#timedAt);
      this.#timedPosition = 0;
    }
    this.#due = undefined;
    this.#resend = this.waits && acknowledged < this.#recoverTo;
    if (this.waits) this.#wait(now);
  }

  #wait(now: number): void {
    this.#waitingSince = now;
    this.#due = now + Math.min(this.#timeout.current, this.#patienceNow);
  }

  get #patienceNow(): number {
    return this.opened ? this.#patience.open : this.#patience.opening;
  }
}
