import { assert } from '@holdfast/core';
import { ByteQueue } from './byte-queue.ts';
import { lengthOf, type Part } from './segment.ts';

/**
 * The receiving side of one end of a stream. Pure. It puts parts into order, each byte once, however they come; those
 * that are early wait within the window.
 */
export class StreamReceiver {
  readonly #queue: ByteQueue;
  /** Parts ahead of the next position, by their sequence. */
  readonly #early: Part[] = [];
  #next = 0;
  #ended = false;

  constructor(capacity: number) {
    this.#queue = new ByteQueue(capacity);
  }

  /** The position that is expected next. */
  get next(): number {
    return this.#next;
  }

  /** The position up to which there is room. It never moves back. */
  get windowEnd(): number {
    return Math.max(1, this.#next) + this.#queue.room;
  }

  get opened(): boolean {
    return this.#next > 0;
  }

  /** Whether everything has arrived, the end too. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Bytes that can be read. */
  get readable(): number {
    return this.#queue.size;
  }

  receive(part: Part): void {
    if (part.sequence > this.#next) {
      this.#keep(part);
      return;
    }
    this.#take(part);
    while (this.#early.length > 0 && this.#early[0]!.sequence <= this.#next) this.#take(this.#early.shift()!);
  }

  /** The next `length` bytes. */
  read(length: number): Uint8Array {
    const bytes = this.#queue.copy(0, length);
    this.#queue.drop(length);
    return bytes;
  }

  /** Forgets what has not been read. */
  clear(): void {
    this.#queue.clear();
    this.#early.length = 0;
  }

  /** Takes what is new in a part that does not begin later than the next position. */
  #take(part: Part): void {
    const end = part.sequence + lengthOf(part);
    if (end <= this.#next) return;
    const { opens, bytes, ends } = part;
    const firstByte = part.sequence + (opens ? 1 : 0);
    const skipped = Math.max(0, this.#next - firstByte);
    const fresh = skipped === 0 ? bytes : bytes.subarray(skipped);
    assert(this.#queue.append(fresh) === fresh.length, 'a stream was sent more than it has room for');
    this.#next = end;
    if (ends) this.#ended = true;
  }

  #keep(part: Part): void {
    if (lengthOf(part) === 0) return;
    const early = this.#early;
    let index = early.length;
    while (index > 0 && early[index - 1]!.sequence > part.sequence) index--;
    const same = early[index - 1];
    if (same === undefined || same.sequence !== part.sequence) early.splice(index, 0, part);
    else if (lengthOf(same) < lengthOf(part)) early[index - 1] = part;
  }
}
