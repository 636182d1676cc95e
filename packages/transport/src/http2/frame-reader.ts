import { frameHeaderBytes, framePayloadBytesMax } from './frame.ts';
import { ConnectionError, http2Code } from './http2-error.ts';

/** Takes one frame; `payload` is a view that is valid during the call. */
export type FrameHandler = (type: number, flags: number, stream: number, payload: Uint8Array) => void;

const none = new Uint8Array(0);

/** Cuts a byte stream into frames, wherever its pieces end. Holds less than one frame. */
export class FrameReader {
  readonly #handle: FrameHandler;
  #rest: Uint8Array = none;

  constructor(handle: FrameHandler) {
    this.#handle = handle;
  }

  /** Whether the bytes end amid a frame. */
  get amidFrame(): boolean {
    return this.#rest.length > 0;
  }

  /** @throws ConnectionError FRAME_SIZE_ERROR. */
  push(piece: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? piece : joined(this.#rest, piece);
    let at = 0;
    while (bytes.length - at >= frameHeaderBytes) {
      const length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
      if (length > framePayloadBytesMax) {
        throw new ConnectionError(http2Code.frameSizeError, `a frame of ${length} bytes`);
      }
      const begin = at + frameHeaderBytes;
      if (bytes.length - begin < length) break;
      const stream =
        ((bytes[at + 5]! & 127) << 24) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 8) | bytes[at + 8]!;
      at = begin + length;
      this.#handle(bytes[begin - 6]!, bytes[begin - 5]!, stream, bytes.subarray(begin, at));
    }
    this.#rest = at === bytes.length ? none : bytes.slice(at);
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
