import { crc32c } from '@holdfast/core';
import { clusterErrors } from '../../errors.ts';
import { joined } from '../memory/joined.ts';
import { frameBytesMax, frameHeaderBytes } from './format.ts';

const textDecoder = new TextDecoder();

/** @throws HoldfastError SNAPSHOT_MALFORMED, always. */
export function malformed(why: string): never {
  throw clusterErrors.create('SNAPSHOT_MALFORMED', {
    message: `the snapshot is malformed: ${why}; take it from another member, or another copy`,
  });
}

/** Puts a snapshot's bytes, which come cut anywhere, together to frames, and checks these. */
export class FrameReader {
  private pieces: Uint8Array[] = [];
  private length = 0;
  private checksum = 0;

  /** Whether a frame has begun that is not whole yet. */
  get isWithin(): boolean {
    return this.length > 0;
  }

  /** Calls `take` with the payload of each frame that is whole now, valid until it returns. */
  write(bytes: Uint8Array, take: (payload: PayloadReader) => void): void {
    let rest = bytes;
    if (this.length > 0) {
      this.pieces.push(bytes);
      this.length += bytes.length;
      // Joined no earlier than the frame is whole, so that small pieces are not copied over and over.
      if (this.length < frameHeaderBytes || this.length < frameHeaderBytes + this.payloadLength()) return;
      rest = joined(this.pieces, this.length);
      this.pieces = [];
      this.length = 0;
    }
    let at = 0;
    while (rest.length - at >= frameHeaderBytes) {
      const view = new DataView(rest.buffer, rest.byteOffset + at, frameHeaderBytes);
      const length = view.getUint32(0, true);
      if (length === 0 || length > frameBytesMax) malformed(`a frame of ${length} bytes`);
      if (rest.length - at < frameHeaderBytes + length) break;
      const payload = rest.subarray(at + frameHeaderBytes, at + frameHeaderBytes + length);
      this.checksum = crc32c(payload, this.checksum);
      if (this.checksum !== view.getUint32(4, true)) malformed('a wrong checksum');
      take(new PayloadReader(payload));
      at += frameHeaderBytes + length;
    }
    if (at === rest.length) return;
    this.pieces = [rest.slice(at)];
    this.length = rest.length - at;
  }

  private payloadLength(): number {
    if (this.pieces[0]!.length < 4) this.pieces = [joined(this.pieces, this.length)];
    const first = this.pieces[0]!;
    const length = new DataView(first.buffer, first.byteOffset, 4).getUint32(0, true);
    if (length === 0 || length > frameBytesMax) malformed(`a frame of ${length} bytes`);
    return length;
  }
}

/** Reads what `FrameWriter` wrote into a frame. */
export class PayloadReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  uint8(): number {
    return this.view.getUint8(this.advance(1));
  }

  uint32(): number {
    return this.view.getUint32(this.advance(4), true);
  }

  double(): number {
    return this.view.getFloat64(this.advance(8), true);
  }

  int64(): bigint {
    return this.view.getBigInt64(this.advance(8), true);
  }

  /** A view of the frame. */
  block(): Uint8Array {
    const length = this.uint32();
    const at = this.advance(length);
    return this.bytes.subarray(at, at + length);
  }

  text(): string {
    return textDecoder.decode(this.block());
  }

  private advance(length: number): number {
    const { at } = this;
    if (length > this.bytes.length - at) malformed('a record cut short');
    this.at = at + length;
    return at;
  }
}
