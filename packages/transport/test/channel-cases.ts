import { assert, type Connection, type Duration, isHoldfastError, type Network } from '@holdfast/core';
import {
  acceptChannels,
  type ChannelHandler,
  type ChannelLimits,
  type ChannelListener,
  type Greeting,
  type MessageChannel,
  type NetworkWorld,
  openChannel,
} from '../src/index.ts';

/** Two hosts that reach each other. */
export interface WorldPair {
  readonly left: NetworkWorld;
  readonly right: NetworkWorld;
  /** Where `left` reaches `right`. */
  readonly rightHost: string;
  sleep(duration: Duration): Promise<void>;
}

export interface ChannelCase {
  readonly name: string;
  run(pair: WorldPair): Promise<void>;
}

const greeting: Greeting = { protocol: 'test', version: 3, versionMin: 2, identity: bytesOf('right') };

/** What channels promise, whatever carries them. */
export const channelCases: readonly ChannelCase[] = [
  {
    name: 'messages arrive whole, in order, each once, both ways',
    async run(pair) {
      const { near, far, end } = await channelPair(pair);
      const sizes = [0, 1, 8, 100, 16_384, 16_385, 65_536, 300_000, 0, 5, 2_000_000, 3];
      const send = (channel: MessageChannel, salt: number) => {
        for (const size of sizes) assert(channel.send(pattern(size, salt)), 'it is taken');
        assert(channel.send(pattern(10, salt), new Uint8Array(0), pattern(20_000, salt)), 'parts are taken');
      };
      send(near.channel, 1);
      send(far.channel, 2);
      await until(pair, () => near.heard.length > sizes.length && far.heard.length > sizes.length);
      for (const [side, salt] of [
        [far, 1],
        [near, 2],
      ] as const) {
        sizes.forEach((size, index) => {
          same(side.heard[index]!, pattern(size, salt));
        });
        equal(side.heard[sizes.length]!.length, 20_010, 'bytes of the one in parts');
        same(side.heard[sizes.length]!.subarray(0, 10), pattern(10, salt));
        same(side.heard[sizes.length]!.subarray(10), pattern(20_000, salt));
      }
      equal(near.channel.queuedBytes, 0, 'bytes queued');
      await end();
    },
  },
  {
    name: 'both ends know each other, and speak the greatest version that both do',
    async run(pair) {
      const own = { ...greeting, version: 9, versionMin: 1, identity: bytesOf('left') };
      const { near, far, end } = await channelPair(pair, { greeting: own });
      equal(text(near.channel.peer.identity), 'right', 'whom the left sees');
      equal(text(far.channel.peer.identity), 'left', 'whom the right sees');
      equal(near.channel.version, 3, 'the version at the left');
      equal(far.channel.version, 3, 'the version at the right');
      assert(near.channel.roundTrip !== undefined, 'who opened it has measured the way');
      await end();
    },
  },
  {
    name: 'who speaks another protocol, no common version, or is not let in hears why',
    async run(pair) {
      const listener = await accept(pair, () => undefined);
      const tried = async (own: Partial<Greeting>) => {
        const handler = new Ear();
        const opening = openChannel(pair.left, to(pair, listener), {
          greeting: { ...greeting, ...own },
          handler,
        });
        return opening.then(
          () => 'opened',
          (error) => `${error.code}: ${error.message}`,
        );
      };
      match(await tried({ protocol: 'other' }), /HANDSHAKE_FAILED.*refuses.*test.*other/);
      match(
        await tried({ version: 1, versionMin: 1 }),
        /HANDSHAKE_FAILED.*refuses.*no version.*2 to 3.*1 to 1/,
      );
      match(await tried({}), /HANDSHAKE_FAILED.*refuses.*not let in/);
      equal(listener.channels, 0, 'channels');
      await listener.close();
    },
  },
  {
    name: 'messages that are sent in one turn go out in one piece',
    async run(pair) {
      let writes = 0;
      const left = withConnections(pair.left, (connection) => ({
        write: (bytes, options) => {
          writes++;
          return connection.write(bytes, options);
        },
      }));
      const { near, far, end } = await channelPair({ ...pair, left });
      const before = writes;
      const send = async () => {
        await undefined;
        for (let count = 0; count < 10; count++) near.channel.send(pattern(100, count));
        await undefined;
        near.channel.send(pattern(100, 10));
      };
      await Promise.all([send(), send(), send()]);
      await until(pair, () => far.heard.length === 33);
      equal(writes - before, 1, 'writes');
      await end();
    },
  },
  {
    name: 'a peer that is there and says nothing is noticed, at both ends',
    async run(pair) {
      let mute = false;
      const left = withConnections(pair.left, (connection) => ({
        write: (bytes, options) => (mute ? new Promise(() => {}) : connection.write(bytes, options)),
        read: async (options) => {
          const bytes = await connection.read(options);
          return mute ? new Promise(() => {}) : bytes;
        },
      }));
      const limits = { idleTimeout: 100_000 };
      const { near, far, listener } = await channelPair({ ...pair, left }, { limits });
      mute = true;
      near.channel.send(bytesOf('lost'));
      await until(pair, () => near.ended && far.ended);
      equal(codeOf(near.reason), 'PEER_SILENT', 'what the one end says');
      match(codeOf(far.reason), /PEER_SILENT|CONNECTION_RESET/);
      equal(near.channel.queuedBytes, 0, 'bytes still queued');
      equal(listener.channels, 0, 'channels');
      await listener.close();
    },
  },
  {
    name: 'a reader that pauses stops the writer, and then gets everything',
    async run(pair) {
      const limits = { messageBytesMax: 10_000, queueBytesMax: 200_000 };
      const { near, far, end } = await channelPair(pair, { limits });
      far.channel.pause();
      let sent = 0;
      const fill = async () => {
        for (let calm = 0; calm < 5; calm++) {
          while (near.channel.send(pattern(10_000, sent))) {
            sent++;
            calm = 0;
          }
          assert(sent < 10_000, 'the writer is stopped before it has sent 100 MB');
          await pair.sleep('50ms');
        }
      };
      await fill();
      assert(near.channel.queuedBytes <= 200_000, 'the queue keeps its bound');
      assert(far.heard.length <= 1, 'nothing is heard while pausing');
      const drained = near.channel.drained();
      far.channel.resume();
      await drained;
      assert(near.channel.queuedBytes <= 100_000, 'drained means half empty');
      await until(pair, () => far.heard.length === sent);
      far.heard.forEach((message, index) => {
        same(message, pattern(10_000, index));
      });
      await end();
    },
  },
  {
    name: 'a channel that pauses long is not taken for dead',
    async run(pair) {
      const { near, far, end } = await channelPair(pair, { limits: { idleTimeout: 100_000 } });
      far.channel.pause();
      near.channel.send(bytesOf('first'));
      near.channel.send(bytesOf('second'));
      await pair.sleep('1s');
      equal(near.channel.closedBy, undefined, 'why the writer closed');
      equal(far.channel.closedBy, undefined, 'why the reader closed');
      far.channel.resume();
      await until(pair, () => far.heard.length === 2);
      await end();
    },
  },
  {
    name: 'a channel where nothing is said stays, and knows how long the way is',
    async run(pair) {
      const { near, far, end } = await channelPair(pair, { limits: { idleTimeout: 100_000 } });
      await pair.sleep('1s');
      equal(near.channel.closedBy ?? far.channel.closedBy, undefined, 'why one closed');
      assert(far.channel.roundTrip !== undefined, 'a probe has measured the way');
      assert(
        far.channel.roundTrip! >= 0 && far.channel.roundTrip! < 1_000_000,
        'a way of less than a second',
      );
      await end();
    },
  },
  {
    name: 'closing delivers what is queued, and both ends hear that it was in order',
    async run(pair) {
      const { near, far, listener } = await channelPair(pair);
      near.channel.send(pattern(500_000));
      near.channel.send(bytesOf('last'));
      const closing = near.channel.close();
      equal(near.channel.send(bytesOf('too late')), false, 'whether more is taken');
      await closing;
      await until(pair, () => far.ended && near.ended);
      equal(far.heard.length, 2, 'messages that arrived');
      equal(text(far.heard[1]!), 'last', 'the last');
      equal(far.reason, undefined, 'why the far end closed');
      equal(near.reason, undefined, 'why the near end closed');
      equal(codeOf(far.channel.closedBy), 'CHANNEL_CLOSED', 'what the far end says');
      equal(far.channel.send(bytesOf('x')), false, 'whether the far end takes more');
      await near.channel.close();
      equal(listener.channels, 0, 'channels');
      await listener.close();
    },
  },
  {
    name: 'a dropped channel is over at once here, and breaks at the other end',
    async run(pair) {
      const { near, far, listener } = await channelPair(pair);
      near.channel.destroy(new Error('enough'));
      near.channel.destroy();
      assert(near.ended, 'the near end has heard of it');
      match(String(near.reason), /enough/);
      equal(near.channel.send(bytesOf('x')), false, 'whether it takes more');
      await until(pair, () => far.ended);
      match(codeOf(far.reason), /CONNECTION_RESET|CHANNEL_BROKEN/);
      await listener.close();
    },
  },
  {
    name: 'a stream that ends without a goodbye has not been closed in order',
    async run(pair) {
      let connection: Connection | undefined;
      const left = withConnections(pair.left, (made) => {
        connection = made;
        return {};
      });
      const { near, far, listener } = await channelPair({ ...pair, left });
      connection!.end();
      await until(pair, () => near.ended && far.ended);
      equal(codeOf(far.reason), 'CHANNEL_BROKEN', 'how it ended');
      await listener.close();
    },
  },
  {
    name: 'a message longer than the other end takes is not sent',
    async run(pair) {
      const { near, far, end } = await channelPair(pair, { limits: { messageBytesMax: 1_000 } });
      const tooLong = pattern(1_001);
      equal(await codeFrom(async () => near.channel.send(tooLong)), 'INVALID_ARGUMENT', 'by its own bound');
      equal(
        await codeFrom(async () => far.channel.send(tooLong)),
        'INVALID_ARGUMENT',
        "by the other's bound",
      );
      assert(near.channel.send(pattern(1_000)), 'the longest is sent');
      await until(pair, () => far.heard.length === 1);
      await end();
    },
  },
  {
    name: 'a handler that throws breaks its channel, and no other',
    async run(pair) {
      const { near, listener, far } = await channelPair(pair);
      const other = await open(pair, listener);
      far.onMessage = () => {
        throw new Error('a bug');
      };
      near.channel.send(bytesOf('x'));
      await until(pair, () => far.ended && near.ended);
      match(String(far.reason), /a bug/);
      equal(other.channel.closedBy, undefined, 'why the other closed');
      await other.channel.close();
      await listener.close();
    },
  },
  {
    name: 'who connects and says nothing, or nonsense, is dropped, and harms nobody',
    async run(pair) {
      const { near, far, listener } = await channelPair(pair, { limits: { handshakeTimeout: 300_000 } });
      const silent = await Promise.all(
        Array.from({ length: 20 }, () => pair.left.network.connect(to(pair, listener))),
      );
      // On a busy machine one may be dropped before it has said anything.
      const say = (connection: Connection, text: string) => connection.write(bytesOf(text)).catch(() => {});
      const slow = await pair.left.network.connect(to(pair, listener));
      await say(slow, 'HFCH');
      const nonsense = await pair.left.network.connect(to(pair, listener));
      await say(nonsense, 'GET / HTTP/1.1\r\n\r\n');
      match(await endOf(nonsense), /CONNECTION_RESET|end/);
      for (const connection of [...silent, slow]) match(await endOf(connection), /CONNECTION_RESET|end/);
      near.channel.send(bytesOf('still here'));
      await until(pair, () => far.heard.length === 1);
      equal(listener.channels, 1, 'channels');
      await near.channel.close();
      await listener.close();
    },
  },
  {
    name: 'where too many handshakes are under way the oldest is dropped, and honest ones get through',
    async run(pair) {
      const listener = await accept(pair, () => new Ear(), { handshakesMax: 4 });
      const silent: Connection[] = [];
      for (let count = 0; count < 12; count++) {
        silent.push(await pair.left.network.connect(to(pair, listener)));
      }
      const honest = await open(pair, listener);
      for (const connection of silent.slice(0, 8)) match(await endOf(connection), /CONNECTION_RESET|end/);
      await honest.channel.close();
      await listener.close();
      for (const connection of silent) connection.destroy();
    },
  },
  {
    name: 'channels beyond the bound are refused, until one ends',
    async run(pair) {
      const listener = await accept(pair, () => new Ear(), { channelsMax: 2 });
      const first = await open(pair, listener);
      const second = await open(pair, listener);
      equal(await codeFrom(() => open(pair, listener)), 'HANDSHAKE_FAILED', 'the third');
      await first.channel.close();
      await until(pair, () => listener.channels === 1);
      const third = await open(pair, listener);
      await Promise.all([second.channel.close(), third.channel.close()]);
      await listener.close();
    },
  },
  {
    name: 'a server that says nothing is given up on, and so is one that is asked no more',
    async run(pair) {
      const accepted: Connection[] = [];
      const listener = await pair.right.network.listen(0, (connection) => void accepted.push(connection));
      const at = { host: pair.rightHost, port: listener.address.port };
      const limits = { handshakeTimeout: 200_000 };
      const handler = new Ear();
      const late = openChannel(pair.left, at, { greeting, handler, limits });
      equal(await codeFrom(() => late), 'HANDSHAKE_FAILED', 'the one that waited');
      const abort = new AbortController();
      const opening = codeFrom(() => openChannel(pair.left, at, { greeting, handler, signal: abort.signal }));
      await pair.sleep('50ms');
      abort.abort();
      equal(await opening, 'ABORTED', 'the one that was called off');
      for (const connection of accepted) connection.destroy();
      await listener.close();
      equal(
        await codeFrom(() => openChannel(pair.left, at, { greeting, handler })),
        'CONNECTION_REFUSED',
        'nobody',
      );
    },
  },
];

/** Hears all that a channel says. */
export class Ear implements ChannelHandler {
  readonly heard: Uint8Array[] = [];
  channel!: MessageChannel;
  ended = false;
  reason: Error | undefined;
  onMessage = (_bytes: Uint8Array): void => {};

  opened(channel: MessageChannel): void {
    this.channel = channel;
  }

  message(bytes: Uint8Array): void {
    this.heard.push(bytes);
    this.onMessage(bytes);
  }

  closed(reason: Error | undefined): void {
    this.ended = true;
    this.reason = reason;
  }
}

interface PairOptions {
  readonly greeting?: Greeting;
  readonly limits?: ChannelLimits;
}

export interface ChannelPair {
  readonly near: Ear;
  readonly far: Ear;
  readonly listener: ChannelListener;
  /** Closes all. */
  end(): Promise<void>;
}

export async function channelPair(pair: WorldPair, options: PairOptions = {}): Promise<ChannelPair> {
  const far = new Ear();
  const listener = await accept(pair, () => far, options);
  const near = await open(pair, listener, options);
  await until(pair, () => far.channel !== undefined);
  const end = async () => {
    await near.channel.close();
    await listener.close();
  };
  return { near, far, listener, end };
}

export function accept(
  pair: WorldPair,
  admit: () => ChannelHandler | undefined,
  options: PairOptions & { readonly channelsMax?: number; readonly handshakesMax?: number } = {},
): Promise<ChannelListener> {
  return acceptChannels(pair.right, 0, { ...options, greeting, admit });
}

export async function open(
  pair: WorldPair,
  listener: ChannelListener,
  { greeting: own = greeting, limits }: PairOptions = {},
): Promise<Ear> {
  const handler = new Ear();
  await openChannel(pair.left, to(pair, listener), { greeting: own, handler, limits });
  return handler;
}

/** `world` with connections that differ in some methods. */
function withConnections(
  world: NetworkWorld,
  change: (connection: Connection) => Partial<Connection>,
): NetworkWorld {
  const { clock, timers, random, network } = world;
  const connect: Network['connect'] = async (to, options) => {
    const connection = await network.connect(to, options);
    return {
      local: connection.local,
      remote: connection.remote,
      read: (wait) => connection.read(wait),
      write: (bytes, wait) => connection.write(bytes, wait),
      end: () => connection.end(),
      destroy: () => connection.destroy(),
      ...change(connection),
    };
  };
  const listen: Network['listen'] = (port, accept) => network.listen(port, accept);
  const bind: Network['bind'] = (port, receive) => network.bind(port, receive);
  return { clock, timers, random, network: { listen, connect, bind } };
}

/** Resolves once `reached` holds, which has to be soon. */
export async function until(pair: Pick<WorldPair, 'sleep'>, reached: () => boolean): Promise<void> {
  for (let tries = 0; !reached(); tries++) {
    assert(tries < 2_000, `what is waited for comes: ${reached}`);
    await pair.sleep('10ms');
  }
}

export function pattern(length: number, salt = 0): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index++) bytes[index] = Math.imul(index + salt, 0x9e3779b1) >>> 23;
  return bytes;
}

export function bytesOf(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function to({ rightHost }: WorldPair, { address }: ChannelListener): { host: string; port: number } {
  return { host: rightHost, port: address.port };
}

/** How a connection ends that somebody else ends. */
async function endOf(connection: Connection): Promise<string> {
  try {
    while ((await connection.read()) !== undefined);
    connection.destroy();
    return 'end';
  } catch (error) {
    return codeOf(error);
  }
}

async function codeFrom(attempt: () => Promise<unknown>): Promise<string> {
  return attempt().then(() => 'no error', codeOf);
}

function codeOf(error: unknown): string {
  return isHoldfastError(error) ? error.code : String(error);
}

function equal<Value>(actual: Value, expected: Value, what: string): void {
  assert(actual === expected, `${what}: ${String(actual)}, but it has to be ${String(expected)}`);
}

function match(actual: string, expected: RegExp): void {
  assert(expected.test(actual), `${actual} has to match ${expected}`);
}

function same(actual: Uint8Array, expected: Uint8Array): void {
  equal(actual.length, expected.length, 'bytes of a message');
  const wrong = actual.findIndex((byte, index) => byte !== expected[index]);
  equal(wrong, -1, 'the first wrong byte of a message');
}
