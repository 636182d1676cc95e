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

const everySecond = (say: (channel: LiveChannel) => Promise<unknown>): LiveChannels =>
  new LiveChannels(say, () => 1_000);
const listen = (channels: LiveChannels, reader: Reader, ...names: LiveChannel[]): void =>
  channels.listen(reader as unknown as ServerResponse, new Set(names));

test('what is said is made once a second for all who listen, and not at all when nobody does', async () => {
  vi.useFakeTimers();
  let said = 0;
  const channels = everySecond(async () => ++said);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(said).toBe(0);
  const [one, other] = [new Reader(), new Reader()];
  listen(channels, one, 'status');
  listen(channels, other, 'status');
  await vi.advanceTimersByTimeAsync(3_500);
  expect(one.written).toEqual(other.written);
  expect(said).toBe(1 + 3);
  one.end();
  other.end();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(said).toBe(4);
});

test('who comes later hears what was said last, and what is said next', async () => {
  vi.useFakeTimers();
  let said = 0;
  const channels = everySecond(async () => ++said);
  const [one, other, late] = [new Reader(), new Reader(), new Reader()];
  listen(channels, one, 'map');
  await vi.advanceTimersByTimeAsync(400);
  listen(channels, other, 'map');
  await vi.advanceTimersByTimeAsync(10);
  expect(other.written).toEqual(['event: map\ndata: 1\n\n']);
  one.end();
  await vi.advanceTimersByTimeAsync(700);
  expect(other.written.at(-1)).toBe('event: map\ndata: 2\n\n');
  other.end();
  // Nor is it made anew for who leaves and comes back at once.
  const back = new Reader();
  listen(channels, back, 'map');
  await vi.advanceTimersByTimeAsync(10);
  expect(back.written).toEqual(['event: map\ndata: 2\n\n']);
  back.end();
  // What was said long ago is.
  await vi.advanceTimersByTimeAsync(5_000);
  listen(channels, late, 'map');
  await vi.advanceTimersByTimeAsync(10);
  expect(late.written).toEqual(['event: map\ndata: 3\n\n']);
  channels.close();
});

test('who leaves while something is made is the last for whom it is', async () => {
  vi.useFakeTimers();
  let said = 0;
  const channels = everySecond(async () => {
    said++;
    await new Promise((resolve) => setTimeout(resolve, 500));
  });
  const reader = new Reader();
  listen(channels, reader, 'map');
  await vi.advanceTimersByTimeAsync(100);
  reader.end();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(said).toBe(1);
});

test('what takes long to make is made half of the time at most, and keeps no other channel waiting', async () => {
  vi.useFakeTimers();
  const said = { execution: 0, status: 0 };
  const channels = new LiveChannels(
    async (channel) => {
      said[channel as keyof typeof said]++;
      if (channel === 'execution') await new Promise((resolve) => setTimeout(resolve, 3_000));
    },
    () => 1_000,
  );
  listen(channels, new Reader(), 'execution', 'status');
  await vi.advanceTimersByTimeAsync(12_500);
  expect(said).toEqual({ execution: 3, status: 13 });
  channels.close();
});

test('a channel has a period of its own', async () => {
  vi.useFakeTimers();
  const said = { execution: 0, status: 0 };
  const channels = new LiveChannels(
    async (channel) => ++said[channel as keyof typeof said],
    (channel) => (channel === 'execution' ? 5_000 : 1_000),
  );
  listen(channels, new Reader(), 'execution', 'status');
  await vi.advanceTimersByTimeAsync(10_500);
  expect(said).toEqual({ execution: 3, status: 11 });
  channels.close();
});

test('a reader that does not keep up misses what is between, and gets the newest of each channel', async () => {
  vi.useFakeTimers();
  let second = 0;
  const channels = everySecond(async (channel) => `${channel} ${second}`);
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
  const channels = everySecond(async (channel) => {
    if (channel === 'errors') throw new Error('not now');
    return channel;
  });
  const reader = new Reader();
  listen(channels, reader, 'errors', 'status');
  await vi.advanceTimersByTimeAsync(10);
  expect(reader.written).toEqual(['event: status\ndata: "status"\n\n']);
  channels.close();
});
