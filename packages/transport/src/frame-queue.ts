import { type FrameKind, headerBytes, writeHeader } from './frame.ts';

/** Longer pieces are written in several, so that one can tell a slow reader from none. */
const pieceBytesMax = 65_536;
/**
 * Parts from this size on are sent as they are; smaller ones are copied, so that many go out in one piece: to write one
 * costs more than to copy half of it.
 */
const copiedBytesMax = 49_152;
const roomMin = 4_096;
const roomMax = 65_536;

/** Frames on their way out, gathered into pieces. */
export class FrameQueue {
  /** Bytes that are in here. */
  bytes = 0;
  readonly #pieces: Uint8Array[] = [];
  /** Where small things are copied to: from `#begin` to `#end` they have not been taken yet. Never written twice. */
  #room: Uint8Array = new Uint8Array(0);
  #begin = 0;
  #end = 0;

  append(kind: FrameKind, parts: readonly Uint8Array[], length: number): void {
    this.bytes += headerBytes + length;
    this.#makeRoom(headerBytes);
    writeHeader(this.#room, this.#end, kind, parts, length);
    this.#end += headerBytes;
    for (const part of parts) {
      if (part.length > copiedBytesMax) {
        this.#cut();
        this.#pieces.push(part);
      } else {
        this.#makeRoom(part.length);
        this.#room.set(part, this.#end);
        this.#end += part.length;
      }
    }
  }

  /** Takes the next piece to write; undefined when there is none. */
  take(): Uint8Array | undefined {
    if (this.#pieces.length === 0) this.#cut();
    let piece = this.#pieces.shift();
    if (piece === undefined) return undefined;
    if (piece.length > pieceBytesMax) {
      this.#pieces.unshift(piece.subarray(pieceBytesMax));
      piece = piece.subarray(0, pieceBytesMax);
    }
    this.bytes -= piece.length;
    return piece;
  }

  clear(): void {
    this.#pieces.length = 0;
    this.#begin = this.#end;
    this.bytes = 0;
  }

  #makeRoom(length: number): void {
    if (this.#end + length <= this.#room.length) return;
    this.#cut();
    this.#room = new Uint8Array(
      Math.max(length, Math.min(roomMax, Math.max(roomMin, 2 * this.#room.length))),
    );
    this.#begin = 0;
    this.#end = 0;
  }

  #cut(): void {
    if (this.#begin === this.#end) return;
    this.#pieces.push(this.#room.subarray(this.#begin, this.#end));
    this.#begin = this.#end;
  }
}
