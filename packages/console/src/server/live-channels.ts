import type { ServerResponse } from 'node:http';
import type { LiveChannel } from '../api/console-api.ts';

const readersMax = 64;
const restMin = 100;
/** In periods. What takes long does so for want of a processor as often as not. */
const restMaxPeriods = 3;

interface Reader {
  readonly response: ServerResponse;
  readonly channels: ReadonlySet<LiveChannel>;
  /** The last of each channel that did not go out, since the reader is slow: only the newest is kept. */
  readonly late: Map<LiveChannel, string>;
}

/** What is said on a channel. */
interface Saying {
  /** The last that was said, and when. */
  last: { readonly event: string; readonly at: number } | undefined;
  saying: boolean;
  /** Says the next. */
  timer: NodeJS.Timeout | undefined;
}

/**
 * Tells readers from time to time what is on the channels that they listen to. What a channel says is made once for all of them, and
 * not at all when nobody listens. Between two sayings there is a rest that is as long as it took to make the last, up to some periods,
 * and no channel waits for another. A reader that does not keep up gets the newest when it does.
 */
export class LiveChannels {
  readonly #say: (channel: LiveChannel) => Promise<unknown>;
  readonly #periodOf: (channel: LiveChannel) => number;
  readonly #readers = new Set<Reader>();
  readonly #sayings = new Map<LiveChannel, Saying>();

  /** @param periodOf - milliseconds from one saying of a channel to the next, at least. */
  constructor(say: (channel: LiveChannel) => Promise<unknown>, periodOf: (channel: LiveChannel) => number) {
    this.#say = say;
    this.#periodOf = periodOf;
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
      for (const channel of channels) if (!this.#isHeard(channel)) this.#rest(channel);
    });
    for (const channel of channels) this.#begin(channel, reader);
  }

  close(): void {
    for (const channel of this.#sayings.keys()) this.#rest(channel);
    for (const { response } of this.#readers) response.end();
  }

  /** A new reader hears what was said last, if that is not long ago. */
  #begin(channel: LiveChannel, reader: Reader): void {
    const saying = this.#sayings.get(channel) ?? { last: undefined, saying: false, timer: undefined };
    this.#sayings.set(channel, saying);
    const { last } = saying;
    const left = last === undefined ? 0 : last.at + this.#periodOf(channel) - performance.now();
    if (last !== undefined && left > 0) this.#send(reader, channel, last.event);
    if (saying.timer !== undefined || saying.saying) return;
    if (left > 0) saying.timer = setTimeout(() => void this.#sayNext(channel, saying), left);
    else void this.#sayNext(channel, saying);
  }

  async #sayNext(channel: LiveChannel, saying: Saying): Promise<void> {
    saying.saying = true;
    saying.timer = undefined;
    const began = performance.now();
    try {
      const event = `event: ${channel}\ndata: ${JSON.stringify(await this.#say(channel))}\n\n`;
      saying.last = { event, at: performance.now() };
      for (const reader of this.#readers)
        if (reader.channels.has(channel)) this.#send(reader, channel, event);
    } catch {
      // Whoever asks for it hears why; here the next time may bring it.
    }
    saying.saying = false;
    if (!this.#isHeard(channel)) return;
    const took = performance.now() - began;
    const period = this.#periodOf(channel);
    const rest = Math.max(restMin, period - took, Math.min(took, restMaxPeriods * period));
    saying.timer = setTimeout(() => void this.#sayNext(channel, saying), rest);
  }

  #isHeard(channel: LiveChannel): boolean {
    for (const { channels } of this.#readers) if (channels.has(channel)) return true;
    return false;
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

  #rest(channel: LiveChannel): void {
    const saying = this.#sayings.get(channel);
    clearTimeout(saying?.timer);
    if (saying !== undefined) saying.timer = undefined;
  }
}
