import type { MessageChannel } from '@holdfast/transport';
import { MessageWriter } from '@holdfast/transport/protobuf';

/** Frames are gathered into messages of about this size. */
const batchBytes = 32_768;

/**
 * Writes frames, and sends those of one turn as one message. When the channel has no room they wait in here; whoever
 * causes more of them is to stop as long as it is {@link congested}.
 */
export class FrameOutput {
  readonly writer: MessageWriter = new MessageWriter();
  readonly #channel: MessageChannel;
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #scheduled = false;
  #waiters: (() => void)[] = [];

  constructor(channel: MessageChannel) {
    this.#channel = channel;
  }

  get congested(): boolean {
    return this.#waiting.length > 0;
  }

  /** Bytes that wait for the channel to have room. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** To be called when a whole frame is in {@link writer}. */
  written(): void {
    if (this.writer.length >= batchBytes) {
      this.flush();
    } else if (!this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(this.#flushLater);
    }
  }

  /** Takes back what was written after the first `length` bytes that wait in {@link writer}. */
  rollBack(length: number): void {
    const batch = this.writer.finish();
    if (length > 0) this.#send(batch.subarray(0, length));
  }

  readonly #flushLater = (): void => {
    this.#scheduled = false;
    this.flush();
  };

  flush(): void {
    if (this.writer.length > 0) this.#send(this.writer.finish());
  }

  #send(batch: Uint8Array): void {
    if (!this.congested && this.#channel.send(batch)) return;
    if (!this.#channel.writable) return;
    this.#waiting.push(batch);
    this.#waitingBytes += batch.length;
    if (this.#waiting.length === 1) void this.#sendWaiting();
  }

  /** Resolves when nothing waits any more, or the channel is closed. */
  async drained(): Promise<void> {
    if (this.congested) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  async #sendWaiting(): Promise<void> {
    for (let batch = this.#waiting[0]; batch !== undefined; batch = this.#waiting[0]) {
      if (this.#channel.send(batch)) {
        this.#waitingBytes -= batch.length;
        this.#waiting.shift();
      } else if (this.#channel.writable) {
        await this.#channel.drained();
      } else {
        this.#waiting.length = 0;
        this.#waitingBytes = 0;
      }
    }
    for (const resolve of this.#waiters.splice(0)) resolve();
  }
}
