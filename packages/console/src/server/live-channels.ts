import type { ServerResponse } from 'node:http';
import type { LiveChannel } from '../api/console-api.ts';

const periodMillis = 1_000;
const readersMax = 64;

interface Reader {
  readonly response: ServerResponse;
  readonly channels: ReadonlySet<LiveChannel>;
  /** The last of each channel that did not go out, since the reader is slow: only the newest is kept. */
  readonly late: Map<LiveChannel, string>;
}

/**
 * Tells readers each second what is on the channels that they listen to. What a channel says is made once a second for all of
 * them, and not at all when nobody listens. A reader that does not keep up gets the newest when it does.
 */
export class LiveChannels {
  readonly #say: (channel: LiveChannel) => Promise<unknown>;
  readonly #readers = new Set<Reader>();
  #timer: NodeJS.Timeout | undefined;

  constructor(say: (channel: LiveChannel) => Promise<unknown>) {
    this.#say = say;
  }

  get full(): boolean {
    return this.#readers.size >= readersMax;
  }

  /** Takes over a response, until its reader leaves. */
  listen(response: ServerResponse, channels: ReadonlySet<LiveChannel>): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const reader: Reader = { response, channels, late: new Map() };
    this.#readers.add(reader);
    response.on('drain', () => this.#catchUp(reader));
    response.on('close', () => {
      this.#readers.delete(reader);
      if (this.#readers.size === 0) this.#rest();
    });
    void this.#tell([reader]);
    this.#timer ??= setTimeout(() => void this.#tick(), periodMillis);
  }

  close(): void {
    this.#rest();
    for (const { response } of this.#readers) response.end();
  }

  async #tick(): Promise<void> {
    const began = performance.now();
    await this.#tell([...this.#readers]);
    if (this.#readers.size === 0) return;
    const pause = Math.max(100, periodMillis - (performance.now() - began));
    this.#timer = setTimeout(() => void this.#tick(), pause);
  }

  async #tell(readers: readonly Reader[]): Promise<void> {
    const channels = new Set(readers.flatMap((reader) => [...reader.channels]));
    for (const channel of channels) {
      let event: string;
      try {
        event = `event: ${channel}\ndata: ${JSON.stringify(await this.#say(channel))}\n\n`;
      } catch {
        // Whoever asks for it hears why; here the next second may bring it.
        continue;
      }
      for (const reader of readers) if (reader.channels.has(channel)) this.#send(reader, channel, event);
    }
  }

  #send(reader: Reader, channel: LiveChannel, event: string): void {
    if (reader.response.destroyed) return;
    if (reader.response.writableNeedDrain) reader.late.set(channel, event);
    else reader.response.write(event);
  }

  #catchUp(reader: Reader): void {
    for (const [channel, event] of reader.late) {
      if (reader.response.writableNeedDrain) return;
      reader.late.delete(channel);
      reader.response.write(event);
    }
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
