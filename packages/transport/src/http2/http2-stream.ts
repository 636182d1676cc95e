import type { HeaderField } from './hpack/static-table.ts';
import type { Http2Code } from './http2-error.ts';

/** What becomes of a stream. Nothing may be thrown. */
export interface StreamHandler {
  /** Bytes of the request, valid during the call. `end`: there are no more. */
  data(bytes: Uint8Array, end: boolean): void;
  /** The client has called it off, or the connection is gone. Called at most once, and not after an answer is complete. */
  cancelled(): void;
  /** What waited to be sent has gone down to nothing, after {@link Http2Stream.queuedBytes} was above it. */
  drained(): void;
}

/** One request and its answer. */
export interface Http2Stream {
  readonly id: number;
  readonly headers: readonly HeaderField[];
  /** Bytes of the answer that wait for the client to make room. */
  readonly queuedBytes: number;
  /** The first block of the answer, as `encodeHeaders` made it; with `end` all of it. */
  respond(block: Uint8Array, end: boolean): void;
  /** A piece of the answer. The bytes may be changed afterwards. */
  write(bytes: Uint8Array): void;
  /** The last block of the answer, behind the pieces that wait. */
  trailers(block: Uint8Array): void;
  /** Says that `bytes` of the request were taken, so that the client may send as many more. */
  consumed(bytes: number): void;
  /** Breaks it off; `cancelled` is not called. */
  reset(code: Http2Code): void;
}
