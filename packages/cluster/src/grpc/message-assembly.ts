import { gunzipSync } from 'node:zlib';
import { EtcdError, GrpcCode } from '../etcd/etcd-errors.ts';
import type { GrpcBudget } from './grpc-budget.ts';

/** How many bytes a frame has before its message: whether that is compressed, and its length in four bytes. */
export const frameHeaderBytes = 5;

const nothing: Uint8Array = new Uint8Array(0);

/** Puts the messages of a request together from bytes that are cut anywhere. */
export class MessageAssembly {
  readonly #budget: GrpcBudget;
  readonly #encoding: string;
  #partial: Uint8Array = nothing;
  /** How much of `partial` is there. */
  #filled = 0;

  constructor(budget: GrpcBudget, encoding: string) {
    this.#budget = budget;
    this.#encoding = encoding;
  }

  /** Whether a message has arrived in part. */
  get midway(): boolean {
    return this.#filled > 0;
  }

  /**
   * Takes bytes, which may change afterwards, and calls `take` for each message that is whole.
   *
   * @throws EtcdError when a message is too large, or compressed in a way nobody here knows.
   */
  push(bytes: Uint8Array, take: (message: Uint8Array) => void): void {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#filled === 0 && rest.length >= frameHeaderBytes) {
        const end = frameHeaderBytes + this.#messageLength(rest);
        if (rest.length >= end) {
          take(this.#message(rest.slice(0, end)));
          rest = rest.subarray(end);
          continue;
        }
      }
      rest = this.#pushPartial(rest, take);
    }
  }

  /** Forgets what has arrived in part. */
  drop(): void {
    this.#budget.partialBytes -= this.#partial.length;
    this.#partial = nothing;
    this.#filled = 0;
  }

  #pushPartial(bytes: Uint8Array, take: (message: Uint8Array) => void): Uint8Array {
    if (this.#partial.length === 0) this.#allocate(frameHeaderBytes);
    let taken = this.#fill(bytes);
    if (this.#filled === frameHeaderBytes && this.#partial.length === frameHeaderBytes) {
      const header = this.#partial;
      const length = this.#messageLength(header);
      if (length > 0) {
        this.#allocate(frameHeaderBytes + length);
        this.#partial.set(header);
        taken += this.#fill(bytes.subarray(taken));
      }
    }
    if (this.#filled >= frameHeaderBytes && this.#filled === this.#partial.length) {
      const frame = this.#partial;
      this.drop();
      take(this.#message(frame));
    }
    return bytes.subarray(taken);
  }

  #fill(bytes: Uint8Array): number {
    const count = Math.min(bytes.length, this.#partial.length - this.#filled);
    this.#partial.set(count === bytes.length ? bytes : bytes.subarray(0, count), this.#filled);
    this.#filled += count;
    return count;
  }

  #allocate(length: number): void {
    const more = length - this.#partial.length;
    if (this.#budget.partialBytes + more > this.#budget.partialBytesMax) {
      throw new EtcdError({
        code: GrpcCode.ResourceExhausted,
        message: 'grpc: too many requests that have arrived in part',
      });
    }
    this.#budget.partialBytes += more;
    this.#partial = new Uint8Array(length);
  }

  #messageLength(frame: Uint8Array): number {
    const length = ((frame[1]! << 24) | (frame[2]! << 16) | (frame[3]! << 8) | frame[4]!) >>> 0;
    if (length > this.#budget.messageBytesMax) throw tooLarge(length, this.#budget.messageBytesMax);
    return length;
  }

  #message(frame: Uint8Array): Uint8Array {
    const message = frame.subarray(frameHeaderBytes);
    if (frame[0] === 0) return message;
    if (frame[0] !== 1 || this.#encoding === 'identity') {
      throw new EtcdError({
        code: GrpcCode.Internal,
        message: 'grpc: compressed flag set with identity or empty encoding',
      });
    }
    if (this.#encoding !== 'gzip') {
      throw new EtcdError({
        code: GrpcCode.Unimplemented,
        message: `grpc: Decompressor is not installed for grpc-encoding "${this.#encoding}"`,
      });
    }
    const { messageBytesMax } = this.#budget;
    try {
      return gunzipSync(message, { maxOutputLength: Math.max(messageBytesMax, 1) });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
        throw tooLarge(messageBytesMax + 1, messageBytesMax);
      throw new EtcdError({
        code: GrpcCode.Internal,
        message: `grpc: failed to decompress the received message: ${(error as Error).message}`,
      });
    }
  }
}

function tooLarge(length: number, max: number): EtcdError {
  return new EtcdError({
    code: GrpcCode.ResourceExhausted,
    message: `grpc: received message larger than max (${length} vs. ${max})`,
  });
}
