import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, expect, test, vi } from 'vitest';
import type { LiveChannel } from '../api/console-api.ts';
import { LiveChannels } from './live-channels.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A reader that can be slow. */
class Reader extends EventEmitter {
  readonly written: string[] = [];
  writableNeedDrain = false;
  destroyed = false;
  writeHead(): this {
    return this;
  }
  write(text: string): boolean {
    this.written.push(text);
    return true;
  }
  end(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

const listen = (channels: LiveChannels, reader: Reader, ...names: LiveChannel[]): void =>
  channels.listen(reader as unknown as ServerResponse, new Set(names));

test('what is said is made once a second for all who listen, and not at all when nobody does', async () => {
  vi.useFakeTimers();
  let said = 0;
  const channels = new LiveChannels(async () => ++said);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(said).toBe(0);
  const [one, other] = [new Reader(), new Reader()];
  listen(channels, one, 'status');
  listen(channels, other, 'status');
  await vi.advanceTimersByTimeAsync(3_500);
  expect(one.written.at(-1)).toBe(other.written.at(-1));
  // To each when it came, and then once a second.
  expect(said).toBe(2 + 3);
  one.end();
  other.end();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(said).toBe(5);
});

test('a reader that does not keep up misses what is between, and gets the newest of each channel', async () => {
  vi.useFakeTimers();
  let second = 0;
  const channels = new LiveChannels(async (channel) => `${channel} ${second}`);
  const reader = new Reader();
  listen(channels, reader, 'status', 'map');
  await vi.advanceTimersByTimeAsync(10);
  reader.writableNeedDrain = true;
  for (; second < 5; second++) await vi.advanceTimersByTimeAsync(1_000);
  expect(reader.written).toHaveLength(2);
  reader.writableNeedDrain = false;
  reader.emit('drain');
  expect(reader.written.slice(2)).toEqual([
    'event: status\ndata: "status 4"\n\n',
    'event: map\ndata: "map 4"\n\n',
  ]);
  channels.close();
});

test('what cannot be said now keeps no other channel from being heard', async () => {
  vi.useFakeTimers();
  const channels = new LiveChannels(async (channel) => {
    if (channel === 'errors') throw new Error('not now');
    return channel;
  });
  const reader = new Reader();
  listen(channels, reader, 'errors', 'status');
  await vi.advanceTimersByTimeAsync(10);
  expect(reader.written).toEqual(['event: status\ndata: "status"\n\n']);
  channels.close();
});
