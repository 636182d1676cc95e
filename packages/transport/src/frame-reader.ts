import { crc32c, type HoldfastError } from '@holdfast/core';
import { transportErrors } from './errors.ts';
import { controlBytesMax, headerBytes, kinds, preface, readUint32 } from './frame.ts';

const nothing = new Uint8Array(0);
/** A frame cut by the pieces of the stream begins with as much room as this, or what it needs. */
const partialBytesMin = 65_536;

/**
 * Finds the frames in a byte stream, in pieces of any size. A payload that lies within one piece is a view of it; one
 * that does not is joined, in room that grows with what has really come: a peer that announces much and sends little
 * costs little.
 */
export class FrameReader {
  /** What {@link next} found. */
  kind = 0;
  payload: Uint8Array = nothing;
  /** Bytes that a message may have. Until a peer has introduced itself: none. */
  messageBytesMax = 0;
  #piece: Uint8Array = nothing;
  #at = 0;
  #prefaceLeft = preface.length;
  /** The first `#have` bytes of a frame that began in an earlier piece. */
  #partial: Uint8Array = nothing;
  #have = 0;

  /** Gives the next piece, once {@link next} has found all frames in the last. */
  push(piece: Uint8Array): void {
    this.#piece = piece;
    this.#at = 0;
  }

  /**
   * Whether there is a whole frame: then it is in {@link kind} and {@link payload}.
   *
   * @throws HoldfastError MALFORMED_FRAME, MESSAGE_TOO_LARGE: nothing sensible can follow.
   */
  next(): boolean {
    if (this.#prefaceLeft > 0 && !this.#passPreface()) return false;
    return this.#have === 0 ? this.#fromPiece() : this.#fromPartial();
  }

  #passPreface(): boolean {
    const piece = this.#piece;
    for (; this.#prefaceLeft > 0 && this.#at < piece.length; this.#prefaceLeft--, this.#at++) {
      const place = preface.length - this.#prefaceLeft;
      if (piece[this.#at] !== preface[place]) {
        const what = place === preface.length - 1 ? 'speaks another version of the format' : 'is no channel';
        throw malformed(`the other end ${what}: byte ${place} of the preface is ${piece[this.#at]}`);
      }
    }
    return this.#prefaceLeft === 0;
  }

  #fromPiece(): boolean {
    const there = this.#piece.length - this.#at;
    if (there === 0) return false;
    if (there < headerBytes) return this.#begin(headerBytes);
    const total = headerBytes + this.#lengthAt(this.#piece, this.#at);
    if (there < total) return this.#begin(total);
    this.#found(this.#piece, this.#at, total);
    this.#at += total;
    return true;
  }

  #fromPartial(): boolean {
    if (!this.#fill(headerBytes)) return false;
    const total = headerBytes + this.#lengthAt(this.#partial, 0);
    while (!this.#fill(total)) {
      if (this.#at === this.#piece.length) return false;
      this.#grow(total);
    }
    this.#found(this.#partial, 0, total);
    this.#partial = nothing;
    this.#have = 0;
    return true;
  }

  /** Keeps the rest of the piece as the beginning of a frame of `total` bytes, or of one whose header is cut. */
  #begin(total: number): false {
    this.#grow(total);
    this.#fill(total);
    return false;
  }

  /** Makes room for more of a frame of `total` bytes: for twice what has come. */
  #grow(total: number): void {
    const come = this.#have + this.#piece.length - this.#at;
    const grown = new Uint8Array(Math.min(total, Math.max(partialBytesMin, 2 * come)));
    grown.set(this.#partial.subarray(0, this.#have));
    this.#partial = grown;
  }

  /** Takes from the piece, as far as there is room, until there are `upTo` bytes of the frame. Whether there are. */
  #fill(upTo: number): boolean {
    const room = Math.min(upTo, this.#partial.length) - this.#have;
    const end = this.#at + Math.min(room, this.#piece.length - this.#at);
    if (end > this.#at) {
      this.#partial.set(this.#piece.subarray(this.#at, end), this.#have);
      this.#have += end - this.#at;
      this.#at = end;
    }
    return this.#have >= upTo;
  }

  #lengthAt(bytes: Uint8Array, at: number): number {
    const length = readUint32(bytes, at);
    const kind = bytes[at + 4]!;
    if (kind === kinds.message) {
      if (length > this.messageBytesMax) {
        throw transportErrors.create('MESSAGE_TOO_LARGE', {
          message: `the other end sends a message of ${length} bytes, but ${this.messageBytesMax} are the most`,
        });
      }
    } else if (kind < kinds.hello || kind > kinds.goodbye) {
      throw malformed(`the other end sends a frame of kind ${kind}`);
    } else if (length > controlBytesMax) {
      throw malformed(`the other end sends a frame of kind ${kind} with ${length} bytes`);
    }
    return length;
  }

  #found(bytes: Uint8Array, at: number, total: number): void {
    const payload = bytes.subarray(at + headerBytes, at + total);
    if (crc32c(payload, crc32c(bytes.subarray(at, at + 5))) !== readUint32(bytes, at + 5)) {
      throw malformed('a frame was damaged on the way: its checksum is wrong');
    }
    this.kind = bytes[at + 4]!;
    this.payload = payload;
  }
}

function malformed(message: string): HoldfastError<'MALFORMED_FRAME'> {
  return transportErrors.create('MALFORMED_FRAME', { message });
}
