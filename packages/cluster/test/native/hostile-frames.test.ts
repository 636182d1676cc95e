import { isHoldfastError, ManualWorld } from '@holdfast/core';
import type { MessageChannel } from '@holdfast/transport';
import { MessageWriter } from '@holdfast/transport/protobuf';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NativeChannel } from '../../src/native/native-channel.ts';
import { frameKinds, pathsMax } from '../../src/native/native-protocol.ts';
import { ServedChannel } from '../../src/native/served-channel.ts';
import { callOnce } from './call-once.ts';
import { EchoMethods, Text } from './echo-methods.ts';

/** A channel whose other end is the test. */
class TestChannel implements MessageChannel {
  readonly peer = { protocol: 'holdfast-native', version: 1, identity: new Uint8Array(0) };
  readonly version = 1;
  readonly certificateNames = [];
  readonly roundTrip = undefined;
  readonly sendBytesMax = 1_000_000;
  readonly queuedBytes = 0;
  closedBy: Error | undefined;
  readonly sent: Uint8Array[] = [];
  /** Takes so many messages. */
  room = Number.POSITIVE_INFINITY;
  paused = false;

  get writable(): boolean {
    return this.closedBy === undefined;
  }

  send(...parts: readonly Uint8Array[]): boolean {
    if (this.sent.length >= this.room) return false;
    this.sent.push(...parts);
    return true;
  }

  drained(): Promise<void> {
    return this.writable ? new Promise(() => {}) : Promise.resolve();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  async close(): Promise<void> {
    this.closedBy ??= new Error('closed');
  }

  destroy(reason?: Error): void {
    this.closedBy ??= reason ?? new Error('dropped');
  }
}

function served(limits = { callsMax: 10, requestBytesMax: 10_000, streamsMax: 10 }) {
  const channel = new TestChannel();
  const methods = new EchoMethods();
  const world = new ManualWorld();
  const client = new ServedChannel(methods.table, world, limits, { opened() {}, closed() {} });
  client.opened(channel);
  return { channel, client, methods, world };
}

/** Frames of one's own making. */
function frames(write: (writer: MessageWriter) => void): Uint8Array {
  const writer = new MessageWriter();
  write(writer);
  return writer.finish();
}

function path(writer: MessageWriter, name: string): void {
  writer.varint(frameKinds.path);
  writer.text(name);
}

function unary(
  writer: MessageWriter,
  id: number,
  number: number,
  request: Uint8Array = new Uint8Array(0),
): void {
  for (const value of [frameKinds.unary, id, number, 0]) writer.varint(value);
  writer.lengthPrefixed(request);
}

function open(writer: MessageWriter, id: number, number: number, credit = 1_000): void {
  for (const value of [frameKinds.open, id, number, 0, credit]) writer.varint(value);
}

function message(writer: MessageWriter, id: number, request: Uint8Array): void {
  writer.varint(frameKinds.message);
  writer.varint(id);
  writer.lengthPrefixed(request);
}

/** Frames that mean something, as a client may send them in any order. */
const anyFrame: fc.Arbitrary<(writer: MessageWriter) => void> = fc.oneof(
  fc
    .constantFrom('/test/Echo', '/test/Wait', '/test/Chat', '/test/Count', '/nothing')
    .map((name) => (writer: MessageWriter) => path(writer, name)),
  fc.tuple(fc.nat(20), fc.nat(5), fc.uint8Array({ maxLength: 30 })).map(
    ([id, number, request]) =>
      (writer: MessageWriter) =>
        unary(writer, id, number, request),
  ),
  fc.tuple(fc.nat(20), fc.nat(5), fc.nat(100)).map(
    ([id, number, credit]) =>
      (writer: MessageWriter) =>
        open(writer, id, number, credit),
  ),
  fc.tuple(fc.nat(20), fc.uint8Array({ maxLength: 30 })).map(
    ([id, request]) =>
      (writer: MessageWriter) =>
        message(writer, id, request),
  ),
  fc
    .tuple(fc.constantFrom(frameKinds.end, frameKinds.cancel, frameKinds.credit), fc.nat(20), fc.nat(1_000))
    .map(([kind, id, credit]) => (writer: MessageWriter) => {
      writer.varint(kind);
      writer.varint(id);
      if (kind === frameKinds.credit) writer.varint(credit);
    }),
);

describe('a server of the native protocol', () => {
  test('takes any bytes as frames, or breaks with a typed error, and holds nothing afterwards', async () => {
    const batch = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.array(anyFrame, { maxLength: 12 }).map((all) =>
        frames((writer) => {
          for (const write of all) write(writer);
        }),
      ),
      fc.tuple(fc.array(anyFrame, { maxLength: 8 }), fc.nat(200), fc.nat(255)).map(([all, at, byte]) => {
        const bytes = frames((writer) => {
          for (const write of all) write(writer);
        }).slice();
        if (at < bytes.length) bytes[at] = byte;
        return bytes;
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { maxLength: 8 }), async (batches) => {
        const { client, methods, world } = served();
        try {
          for (const bytes of batches) client.message(bytes);
        } catch (error) {
          expect(isHoldfastError(error) && error.code).toMatch(/^MALFORMED_(FRAME|MESSAGE)$/);
        }
        client.closed();
        await world.settle();
        expect(world.pendingTimers).toBe(0);
        expect(methods.calls.every(({ signal }) => signal.aborted)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  const broken: Readonly<Record<string, (writer: MessageWriter) => void>> = {
    'a frame of no kind': (writer) => writer.varint(99),
    'an answer, which servers send': (writer) => writer.varint(frameKinds.answer),
    'a call of a path that was not named': (writer) => unary(writer, 1, 7),
    'one number for two calls': (writer) => {
      path(writer, '/test/Wait');
      unary(writer, 1, 0);
      unary(writer, 1, 0);
    },
    'unknown flags': (writer) => {
      path(writer, '/test/Echo');
      for (const value of [frameKinds.unary, 1, 0, 16]) writer.varint(value);
    },
    'a trace of no end': (writer) => {
      path(writer, '/test/Echo');
      for (const value of [frameKinds.unary, 1, 0, 8]) writer.varint(value);
      writer.text('0'.repeat(300));
      writer.lengthPrefixed(new Uint8Array(0));
    },
    'a request cut short': (writer) => {
      path(writer, '/test/Echo');
      for (const value of [frameKinds.unary, 1, 0, 0, 100]) writer.varint(value);
    },
    'a frame of a stream in a unary call': (writer) => {
      path(writer, '/test/Wait');
      unary(writer, 1, 0);
      message(writer, 1, new Uint8Array(0));
    },
    'more paths than there can be': (writer) => {
      for (let count = 0; count <= pathsMax; count++) path(writer, '/x');
    },
    'a path that is too long': (writer) => path(writer, '/'.repeat(1_000)),
    'a token that is too long': (writer) => {
      writer.varint(frameKinds.token);
      writer.text('t'.repeat(10_000));
    },
    'requests beyond its credit': (writer) => {
      path(writer, '/test/SlowReader');
      open(writer, 1, 0);
      for (let count = 0; count < 10; count++) message(writer, 1, new Uint8Array(10_000));
    },
    'empty requests beyond its credit': (writer) => {
      path(writer, '/test/SlowReader');
      open(writer, 1, 0);
      for (let count = 0; count < 5_000; count++) message(writer, 1, new Uint8Array(0));
    },
  };

  test.each(Object.entries(broken))('breaks with a client that sends %s', (_what, write) => {
    const { client } = served();
    expect(() => client.message(frames(write))).toThrow();
  });

  test('takes what crosses with the end of a call: cancellations, credit and messages of nobody', () => {
    const { client } = served();
    const late = frames((writer) => {
      for (const value of [frameKinds.cancel, 5, frameKinds.end, 5, frameKinds.credit, 5, 100]) {
        writer.varint(value);
      }
      message(writer, 5, Uint8Array.of(1, 2, 3));
    });
    expect(() => client.message(late)).not.toThrow();
  });

  test('a request that is no message fails alone', async () => {
    const { channel, client } = served();
    client.message(
      frames((writer) => {
        path(writer, '/test/Echo');
        unary(writer, 1, 0, Uint8Array.of(0xff));
        unary(writer, 2, 0, Text.encode(Text.create({ text: 'fine' })));
      }),
    );
    await Promise.resolve();
    const text = new TextDecoder().decode(channel.sent[0]);
    expect(text).toContain('grpc: failed to unmarshal');
    expect(text).toContain('fine');
  });

  test('sends no more in a stream than the client gives credit for, whatever its handler does', async () => {
    const { channel, client, world } = served();
    const asked = Text.encode(Text.create({ number: 5_000 }));
    const messages = async () => {
      await world.settle();
      return channel.sent.reduce((sum, batch) => sum + batch.length, 0);
    };
    client.message(
      frames((writer) => {
        path(writer, '/test/Count');
        open(writer, 1, 0, 1_000);
        message(writer, 1, asked);
      }),
    );
    expect(await messages()).toBeLessThan(1_000);
    client.message(
      frames((writer) => {
        for (const value of [frameKinds.credit, 1, 10_000]) writer.varint(value);
      }),
    );
    const sent = await messages();
    expect(sent).toBeGreaterThan(1_000);
    expect(sent).toBeLessThan(11_000);
    client.closed();
  });

  test('stops reading from a client that does not read its answers, and drops it when it must', async () => {
    const { channel, client } = served();
    channel.room = 0;
    const large = Text.encode(Text.create({ number: 900_000 }));
    client.message(frames((writer) => path(writer, '/test/Large')));
    client.message(frames((writer) => unary(writer, 1, 0, large)));
    expect(channel.paused).toBe(true);
    // One that goes on all the same, as if it had been read already.
    for (let id = 2; channel.closedBy === undefined; id++) {
      expect(id).toBeLessThan(100);
      client.message(frames((writer) => unary(writer, id, 0, large)));
    }
    expect(String(channel.closedBy)).toContain('does not read');
  });
});

describe('a client of the native protocol', () => {
  test('takes any bytes as frames, or breaks with a typed error, and leaves no call waiting', async () => {
    const anyAnswer = fc
      .tuple(fc.constantFrom(...Object.values(frameKinds)), fc.nat(6), fc.uint8Array({ maxLength: 30 }))
      .map(([kind, id, payload]) =>
        frames((writer) => {
          writer.varint(kind);
          writer.varint(id);
          writer.lengthPrefixed(payload);
        }),
      );
    const batches = fc.array(fc.oneof(anyAnswer, fc.uint8Array({ maxLength: 40 })), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(batches, async (all) => {
        const native = new NativeChannel({ host: 'server', port: 1 });
        native.opened(new TestChannel());
        const types = { path: '/test/Echo', requestType: Text, responseType: Text };
        const options = { signal: undefined, token: undefined, timeout: 1_000_000 };
        const outcomes = [1, 2, 3].map(() =>
          callOnce(native, { method: { path: types.path, response: Text }, request: new Uint8Array(0) }).then(
            () => 'answered',
            (error) => isHoldfastError(error) && 'failed',
          ),
        );
        let ends = 0;
        const heard = { message: () => {}, ended: () => void ends++ };
        for (let count = 0; count < 3; count++) native.stream({ ...types, ...heard }, options);
        try {
          for (const bytes of all) native.message(bytes);
        } catch (error) {
          expect(isHoldfastError(error) && error.code).toMatch(/^MALFORMED_(FRAME|MESSAGE)$/);
        }
        native.closed(new Error('broken'));
        for (const outcome of await Promise.all(outcomes)) expect(outcome).toMatch(/answered|failed/);
        expect(ends).toBe(3);
      }),
      { numRuns: 500 },
    );
  });
});
