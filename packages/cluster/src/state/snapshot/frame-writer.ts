import { crc32c } from '@holdfast/core';
import { frameHeaderBytes } from './format.ts';

const textEncoder = new TextEncoder();

/** Writes the frames of a snapshot, one after the other, each with the checksum of all up to its end. */
export class FrameWriter {
  private bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0x1_8000);
  private view: DataView<ArrayBuffer> = new DataView(this.bytes.buffer);
  private length: number = frameHeaderBytes;
  private checksum = 0;

  /** Bytes of the frame so far. */
  get size(): number {
    return this.length;
  }

  /** The checksum of all frames up to the last. */
  get lastChecksum(): number {
    return this.checksum;
  }

  uint8(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  uint32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.length, value, true);
    this.length += 4;
  }

  /** Revisions, indexes and times: any safe integer. */
  double(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  int64(value: bigint): void {
    this.reserve(8);
    this.view.setBigInt64(this.length, value, true);
    this.length += 8;
  }

  /** The length comes first. */
  block(bytes: Uint8Array): void {
    this.reserve(4 + bytes.length);
    this.view.setUint32(this.length, bytes.length, true);
    this.bytes.set(bytes, this.length + 4);
    this.length += 4 + bytes.length;
  }

  text(text: string): void {
    this.block(textEncoder.encode(text));
  }

  /** Ends the frame and begins the next; a copy of it. */
  finish(): Uint8Array {
    const payload = this.bytes.subarray(frameHeaderBytes, this.length);
    this.checksum = crc32c(payload, this.checksum);
    this.view.setUint32(0, payload.length, true);
    this.view.setUint32(4, this.checksum, true);
    const frame = this.bytes.slice(0, this.length);
    this.length = frameHeaderBytes;
    return frame;
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}
