import { isHoldfastError } from '@holdfast/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { controlBytesMax, type FrameKind, frameOf, kinds, preface } from './frame.ts';
import { FrameQueue } from './frame-queue.ts';
import { FrameReader } from './frame-reader.ts';

type Frame = readonly [kind: number, payload: readonly number[]];

const anyFrame = fc.tuple(
  fc.constantFrom<FrameKind[]>(...Object.values(kinds)),
  fc.uint8Array({ maxLength: 300 }),
);
const messageBytesMax = 1_000;

/** What a reader finds in `stream`, given in pieces of these sizes over and over, and how it ends. */
function parse(stream: Uint8Array, sizes: readonly number[] = [stream.length]) {
  const reader = new FrameReader();
  reader.messageBytesMax = messageBytesMax;
  const frames: Frame[] = [];
  let error: unknown;
  try {
    for (let at = 0, turn = 0; at < stream.length; turn++) {
      const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
      reader.push(stream.slice(at, at + size));
      at += size;
      while (reader.next()) frames.push([reader.kind, [...reader.payload]]);
    }
  } catch (thrown) {
    error = thrown;
  }
  return { frames, error };
}

function streamOf(frames: readonly (readonly [FrameKind, Uint8Array])[]): Uint8Array {
  return joined([preface, ...frames.map(([kind, payload]) => frameOf(kind, payload))]);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 });

describe('FrameReader', () => {
  test('finds the frames that were written, however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 20 }), cuts, (frames, sizes) => {
        const { frames: found, error } = parse(streamOf(frames), sizes);
        expect(error).toBe(undefined);
        expect(found).toEqual(frames.map(([kind, payload]) => [kind, [...payload]]));
      }),
    );
  });

  test('any bytes are frames or a typed error, the same however they are cut', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => joined([preface, bytes])),
      fc.array(anyFrame, { maxLength: 4 }).map(streamOf),
    );
    fc.assert(
      fc.property(noise, fc.uint8Array({ maxLength: 30 }), cuts, (bytes, more, sizes) => {
        const stream = joined([bytes, more]);
        const whole = parse(stream);
        const inPieces = parse(stream, sizes);
        expect(inPieces.frames).toEqual(whole.frames);
        expect(String(inPieces.error)).toBe(String(whole.error));
        if (whole.error !== undefined) {
          expect(isHoldfastError(whole.error) && whole.error.code).toMatch(
            /^MALFORMED_FRAME$|^MESSAGE_TOO_LARGE$/,
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a changed byte is never taken for what was sent', () => {
    const frames: (readonly [FrameKind, Uint8Array])[] = [
      [kinds.message, Uint8Array.of(1, 2, 3, 4, 5, 6, 7)],
      [kinds.probe, Uint8Array.of(1, 0, 0, 0)],
      [kinds.message, new Uint8Array(0)],
    ];
    const stream = streamOf(frames);
    const sent: readonly Frame[] = frames.map(([kind, payload]) => [kind, [...payload]]);
    for (let at = 0; at < stream.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = stream.slice();
        damaged[at]! ^= 1 << bit;
        const { frames: found } = parse(damaged);
        expect(sent.slice(0, found.length)).toEqual(found);
        expect(found.length).toBeLessThan(sent.length);
      }
    }
  });

  test('a stream that is cut off gives the frames before, and no error', () => {
    const stream = streamOf([
      [kinds.message, new Uint8Array(50)],
      [kinds.message, new Uint8Array(50)],
    ]);
    for (let length = 0; length < stream.length; length++) {
      const { frames, error } = parse(stream.subarray(0, length));
      expect(error).toBe(undefined);
      expect(frames).toHaveLength(length < 64 ? 0 : 1);
    }
  });

  test('a frame too long is refused by its header alone', () => {
    const header = frameOf(kinds.message, new Uint8Array(messageBytesMax + 1)).subarray(0, 9);
    expect(parse(joined([preface, header])).error).toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
    const probe = frameOf(kinds.probe, new Uint8Array(controlBytesMax + 1)).subarray(0, 9);
    expect(parse(joined([preface, probe])).error).toMatchObject({ code: 'MALFORMED_FRAME' });
  });

  test('nobody gets a message in before it has introduced itself', () => {
    const reader = new FrameReader();
    reader.push(streamOf([[kinds.message, Uint8Array.of(1)]]));
    expect(() => reader.next()).toThrow('0 are the most');
  });

  test('another version of the format is named as such', () => {
    const other = preface.slice();
    other[4] = 2;
    expect(String(parse(other).error)).toContain('another version of the format');
    expect(String(parse(new TextEncoder().encode('GET / HTTP/1.1')).error)).toContain('no channel');
  });

  test('a long message that comes drop by drop takes no more room than what has come, doubled', () => {
    const reader = new FrameReader();
    reader.messageBytesMax = 2 ** 30;
    const header = new Uint8Array(9);
    header.set([0, 0, 0, 0x3f, kinds.message]);
    const before = process.memoryUsage().arrayBuffers;
    reader.push(joined([preface, header]));
    expect(reader.next()).toBe(false);
    for (let drop = 0; drop < 1_000; drop++) {
      reader.push(Uint8Array.of(1));
      expect(reader.next()).toBe(false);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  });
});

describe('FrameQueue', () => {
  test('gives out the frames put in, in few pieces, and counts its bytes', () => {
    const anyParts = fc.array(
      fc.oneof(
        { weight: 9, arbitrary: fc.nat(200) },
        { weight: 1, arbitrary: fc.integer({ min: 16_000, max: 700_000 }) },
      ),
      { maxLength: 5 },
    );
    const step = fc.oneof(anyParts, fc.constant('take' as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const queue = new FrameQueue();
        const reader = new FrameReader();
        reader.messageBytesMax = 2 ** 24;
        reader.push(preface);
        reader.next();
        const sent: string[] = [];
        const found: string[] = [];
        const take = () => {
          const before = queue.bytes;
          const piece = queue.take();
          expect(before - queue.bytes).toBe(piece?.length ?? 0);
          if (piece === undefined) return false;
          expect(piece.length).toBeLessThanOrEqual(65_536);
          reader.push(piece.slice());
          while (reader.next()) found.push(digest(reader.payload));
          return true;
        };
        for (const parts of steps) {
          if (parts === 'take') {
            take();
          } else {
            const bytes = parts.map((length, index) => new Uint8Array(length).fill(index + sent.length));
            const length = parts.reduce((sum, each) => sum + each, 0);
            queue.append(kinds.message, bytes, length);
            sent.push(digest(joinedFast(bytes, length)));
          }
        }
        while (take());
        expect(queue.bytes).toBe(0);
        expect(found).toEqual(sent);
      }),
      { numRuns: 50 },
    );
  });

  test('many small frames are one piece', () => {
    const queue = new FrameQueue();
    for (let count = 0; count < 20; count++) queue.append(kinds.message, [new Uint8Array(50)], 50);
    expect(queue.take()).toHaveLength(20 * 59);
    expect(queue.take()).toBe(undefined);
  });

  test('what was taken is not written to again', () => {
    const queue = new FrameQueue();
    queue.append(kinds.message, [Uint8Array.of(1)], 1);
    const piece = queue.take()!;
    const copy = piece.slice();
    for (let count = 0; count < 2_000; count++) queue.append(kinds.message, [Uint8Array.of(2)], 1);
    expect(piece).toEqual(copy);
  });

  test('large parts are not copied', () => {
    const queue = new FrameQueue();
    const large = new Uint8Array(100_000);
    queue.append(kinds.message, [large], large.length);
    queue.take();
    expect(queue.take()!.buffer).toBe(large.buffer);
  });
});

function joinedFast(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function digest(bytes: Uint8Array): string {
  let sum = 0;
  for (const byte of bytes) sum = (Math.imul(sum, 31) + byte) >>> 0;
  return `${bytes.length} ${sum}`;
}
