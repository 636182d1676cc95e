import { framePayloadBytesMax } from './frame.ts';
import type { HeaderField } from './hpack/static-table.ts';
import type { Http2Code } from './http2-error.ts';
import type { Http2Stream, StreamHandler } from './http2-stream.ts';
import type { Http2ServerConnection } from './server-connection.ts';

/** The server's side of a stream: where it stands in its life, and what waits for a window. */
export class ServerStream implements Http2Stream {
  readonly id: number;
  readonly headers: readonly HeaderField[];
  handler: StreamHandler | undefined = undefined;
  /** Bytes that the client takes; below zero after it has made its window smaller. */
  sendWindow: number;
  /** Bytes that the client may still send. */
  receiveWindow: number;
  /** The client has sent all. */
  remoteEnded: boolean;
  /** All of the answer is sent, or it was broken off by either end. */
  closed = false;
  readonly #connection: Http2ServerConnection;
  #consumed = 0;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #trailers: Uint8Array | undefined = undefined;

  constructor(
    connection: Http2ServerConnection,
    id: number,
    headers: readonly HeaderField[],
    remoteEnded: boolean,
    sendWindow: number,
    receiveWindow: number,
  ) {
    this.#connection = connection;
    this.id = id;
    this.headers = headers;
    this.remoteEnded = remoteEnded;
    this.sendWindow = sendWindow;
    this.receiveWindow = receiveWindow;
  }

  get queuedBytes(): number {
    return this.#waitingBytes;
  }

  respond(block: Uint8Array, end: boolean): void {
    if (this.closed) return;
    this.#connection.sendHeaders(this, block, end);
  }

  write(bytes: Uint8Array): void {
    if (this.closed) return;
    const fits = this.#waitingBytes === 0 && bytes.length <= framePayloadBytesMax;
    if (fits && this.#connection.sendData(this, bytes)) return;
    this.#waiting.push(bytes.slice());
    this.#waitingBytes += bytes.length;
    this.#connection.waits(this, bytes.length);
    this.flush();
  }

  trailers(block: Uint8Array): void {
    if (this.closed) return;
    if (this.#waitingBytes === 0) this.#connection.sendHeaders(this, block, true);
    else this.#trailers = block;
  }

  consumed(bytes: number): void {
    this.#connection.consumed(bytes);
    if (this.closed || this.remoteEnded) return;
    this.#consumed += bytes;
    if (this.#consumed * 2 < this.#connection.settings.streamWindow) return;
    this.receiveWindow += this.#consumed;
    this.#connection.openWindow(this.id, this.#consumed);
    this.#consumed = 0;
  }

  reset(code: Http2Code): void {
    if (!this.closed) this.#connection.resetStream(this, code);
  }

  /** Sends what waits, as far as the windows go. */
  flush(): void {
    const before = this.#waitingBytes;
    while (this.#waitingBytes > 0) {
      const first = this.#waiting[0]!;
      const room = Math.min(first.length, framePayloadBytesMax, this.sendWindow, this.#connection.sendWindow);
      if (room <= 0 && first.length > 0) break;
      if (!this.#connection.sendData(this, first.subarray(0, room))) break;
      this.#waitingBytes -= room;
      if (room === first.length) this.#waiting.shift();
      else this.#waiting[0] = first.subarray(room);
    }
    if (before > 0) this.#connection.waits(this, this.#waitingBytes - before);
    if (this.#waitingBytes > 0 || before === 0) return;
    if (this.#trailers !== undefined) this.#connection.sendHeaders(this, this.#trailers, true);
    else this.handler?.drained();
  }

  /** Drops what waits. */
  close(): void {
    this.closed = true;
    this.#connection.waits(this, -this.#waitingBytes);
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}
