import type { AppendQueue } from './append-queue.ts';
import { type FramePlace, frameBytes, frameHeaderBytes, recordHeaderBytes, sealFrame } from './frame.ts';

/** Bytes of records that share a flush at most; a single append may have more. */
const batchBytesMax = 4 * 1_048_576;
/** A buffer that had to be larger is let go afterwards. */
const keptBytesMax = 8 * 1_048_576;

/** Gathers the appends that wait into one frame. The buffer is used again for the next one. */
export class Batch {
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(this.#bytes.buffer);
  /** How many appends, and records, the frame has. */
  appends = 0;
  records = 0;

  /**
   * Makes a frame of the first appends of `queue`, as many as fit in `room` bytes, and returns its bytes. They stay in the
   * queue until they are durable.
   */
  gather(queue: AppendQueue, room: number, place: FramePlace): Uint8Array {
    const bodyBytes = this.#choose(queue, room);
    this.#reserve(frameBytes(bodyBytes));
    const bytes = this.#bytes;
    const view = this.#view;
    let at = frameHeaderBytes;
    for (let index = 0; index < this.appends; index++) {
      for (const record of queue.at(index).records) {
        view.setUint32(at, record.length);
        bytes.set(record, at + recordHeaderBytes);
        at += recordHeaderBytes + record.length;
      }
    }
    const length = sealFrame(bytes, bodyBytes, this.records, place);
    return bytes.subarray(0, length);
  }

  /** Decides how many appends go together, and returns the bytes of their body. */
  #choose(queue: AppendQueue, room: number): number {
    let bodyBytes = 0;
    this.appends = 0;
    this.records = 0;
    for (; this.appends < queue.length; this.appends++) {
      const append = queue.at(this.appends);
      const sum = bodyBytes + append.bodyBytes;
      if (this.appends > 0 && (sum > batchBytesMax || frameBytes(sum) > room)) break;
      bodyBytes = sum;
      this.records += append.records.length;
    }
    return bodyBytes;
  }

  #reserve(length: number): void {
    const tooLarge = this.#bytes.length > keptBytesMax && length <= keptBytesMax;
    if (length <= this.#bytes.length && !tooLarge) return;
    this.#bytes = new Uint8Array(Math.max(65_536, 2 ** Math.ceil(Math.log2(length))));
    this.#view = new DataView(this.#bytes.buffer);
  }
}
