import { frameFlag, frameHeaderBytes, frameType } from './frame.ts';
import type { Http2Code } from './http2-error.ts';

const bytesAtFirst = 16_384;

/** Gathers frames, so that all of one turn of the event loop go out in one piece. */
export class FrameWriter {
  #bytes = new Uint8Array(bytesAtFirst);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was gathered; the writer is empty afterwards. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  headers(stream: number, block: Uint8Array, endStream: boolean): void {
    this.#frame(
      frameType.headers,
      endStream ? frameFlag.endHeaders | frameFlag.endStream : frameFlag.endHeaders,
      stream,
      block.length,
    );
    this.#append(block);
  }

  data(stream: number, bytes: Uint8Array, endStream: boolean): void {
    this.#frame(frameType.data, endStream ? frameFlag.endStream : 0, stream, bytes.length);
    this.#append(bytes);
  }

  settings(parameters: readonly (readonly [parameter: number, value: number])[]): void {
    this.#frame(frameType.settings, 0, 0, parameters.length * 6);
    for (const [parameter, value] of parameters) {
      this.#uint16(parameter);
      this.#uint32(value);
    }
  }

  settingsAck(): void {
    this.#frame(frameType.settings, frameFlag.ack, 0, 0);
  }

  ping(payload: Uint8Array, ack: boolean): void {
    this.#frame(frameType.ping, ack ? frameFlag.ack : 0, 0, payload.length);
    this.#append(payload);
  }

  windowUpdate(stream: number, increment: number): void {
    this.#frame(frameType.windowUpdate, 0, stream, 4);
    this.#uint32(increment);
  }

  rstStream(stream: number, code: Http2Code): void {
    this.#frame(frameType.rstStream, 0, stream, 4);
    this.#uint32(code);
  }

  /** `reason` is for people, in ASCII. */
  goaway(lastStream: number, code: Http2Code, reason: string): void {
    this.#frame(frameType.goaway, 0, 0, 8 + reason.length);
    this.#uint32(lastStream);
    this.#uint32(code);
    for (let at = 0; at < reason.length; at++) this.#bytes[this.#length++] = reason.charCodeAt(at);
  }

  #frame(type: number, flags: number, stream: number, length: number): void {
    this.#reserve(frameHeaderBytes + length);
    const bytes = this.#bytes;
    const at = this.#length;
    bytes[at] = length >>> 16;
    bytes[at + 1] = length >>> 8;
    bytes[at + 2] = length;
    bytes[at + 3] = type;
    bytes[at + 4] = flags;
    this.#length = at + 5;
    this.#uint32(stream);
  }

  #uint16(value: number): void {
    this.#bytes[this.#length++] = value >>> 8;
    this.#bytes[this.#length++] = value;
  }

  #uint32(value: number): void {
    this.#uint16(value >>> 16);
    this.#uint16(value & 0xffff);
  }

  #append(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
