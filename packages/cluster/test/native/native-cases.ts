import { assert, type Duration, isHoldfastError } from '@holdfast/core';
import type { NetworkWorld } from '@holdfast/transport';
import type { ChannelCallOptions, ClientStream, ClusterChannel } from '../../src/client/cluster-channel.ts';
import { nativeChannels } from '../../src/native/native-channels.ts';
import { type NativeServer, type NativeServerOptions, serveNative } from '../../src/native/serve-native.ts';
import { callOnce } from './call-once.ts';
import { EchoMethods, Text } from './echo-methods.ts';

/** Where a case runs. */
export interface NativePlace {
  readonly server: NetworkWorld;
  readonly client: NetworkWorld;
  readonly serverHost: string;
  sleep(duration: Duration): Promise<void>;
}

export interface NativeCase {
  readonly name: string;
  run(place: NativePlace): Promise<void>;
}

const plain: ChannelCallOptions = { signal: undefined, token: undefined, timeout: undefined };

export const nativeCases: readonly NativeCase[] = [
  {
    name: 'many calls at once get each its own answer, whatever the order of the answers',
    async run(place) {
      const { channel, end } = await connected(place);
      const numbers = Array.from({ length: 1_000 }, (_, number) => number);
      const answers = await Promise.all(
        numbers.map((number) =>
          call(channel, number % 3 === 0 ? '/test/Later' : '/test/Echo', {
            text: `call ${number}`,
            number: (number * 7) % 40,
          }),
        ),
      );
      for (const [number, { text }] of answers.entries()) equal(text, `call ${number}`, 'an answer');
      await end();
    },
  },
  {
    name: 'requests and answers of all sizes arrive whole; too large ones are refused, and harm no other',
    async run(place) {
      const { channel, end } = await connected(place);
      for (const size of [0, 100, 127, 128, 16_383, 16_384, 100_000, 2_000_000]) {
        const payload = Uint8Array.from({ length: size }, (_, index) => index * 31);
        const answer = await call(channel, '/test/Echo', { payload });
        equal(answer.payload.length, size, 'bytes of an answer');
        equal(answer.payload.at(-1), payload.at(-1), 'its last byte');
      }
      const [small, large] = await Promise.all([
        call(channel, '/test/Echo', { text: 'beside it' }),
        failure(call(channel, '/test/Echo', { payload: new Uint8Array(3_000_000) })),
      ]);
      equal(small.text, 'beside it', 'the answer to the one beside it');
      equal(large.code, 'REQUEST_TOO_LARGE', 'what becomes of the large one');
      const [before, tooLarge] = await Promise.all([
        call(channel, '/test/Echo', { text: 'before it' }),
        failure(call(channel, '/test/Large', { number: 70_000_000 })),
      ]);
      equal(before.text, 'before it', 'the answer before it');
      match(tooLarge.message, /larger than the client takes/);
      equal((await call(channel, '/test/Large', { number: 20_000_000 })).payload.length, 20_000_000, 'bytes');
      await end();
    },
  },
  {
    name: "refusals come with etcd's code and message, and bugs as what they are",
    async run(place) {
      const { channel, end } = await connected(place);
      const compacted = await failure(call(channel, '/test/Fail', {}));
      equal(compacted.code, 'REVISION_COMPACTED', 'the code');
      equal(compacted.message, 'etcdserver: mvcc: required revision has been compacted', 'the message');
      const bug = await failure(call(channel, '/test/Break', {}));
      equal(bug.context['grpcCode'], 2, 'the code of a bug');
      match(bug.message, /a bug/);
      const unknown = await failure(call(channel, '/test/Nothing', {}));
      equal(unknown.context['grpcCode'], 12, 'the code of an unknown method');
      equal(unknown.executed, 'no', 'whether it may have been executed');
      const stream = await failure(call(channel, '/test/Chat', {}));
      equal(stream.context['grpcCode'], 12, 'the code of a unary call of a stream');
      equal((await call(channel, '/test/Echo', { text: 'still here' })).text, 'still here', 'an answer');
      await end();
    },
  },
  {
    name: 'a call carries its token, its session, and whether it needs a leader',
    async run(place) {
      const { channel, end } = await connected(place);
      const seen = async (
        options: Partial<ChannelCallOptions> & { readonly traceparent?: string },
        session?: object,
      ) => {
        const method = { path: '/test/Call', response: Text };
        const asked = { method, request: new Uint8Array(0), session: session as never, ...options };
        return JSON.parse((await callOnce(channel, asked)).text);
      };
      const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
      const session = { id: 2 ** 52 + 1, sequence: 300, answeredBelow: 7 };
      const all = await Promise.all([
        seen({}),
        seen({ token: 'a' }),
        seen({ token: 'a', requiresLeader: true }, session),
        seen({ token: 'b', timeout: 10_000_000, traceparent }, session),
        seen({ traceparent }),
        seen({}),
      ]);
      const expected = [
        { requiresLeader: false },
        { token: 'a', requiresLeader: false },
        { token: 'a', requiresLeader: true, session },
        { token: 'b', requiresLeader: false, session, traceparent },
        { requiresLeader: false, traceparent },
        { requiresLeader: false },
      ];
      for (const [index, call] of all.entries()) {
        delete call.certificateName;
        equal(JSON.stringify(call), JSON.stringify(expected[index]), `call ${index}`);
      }
      await end();
    },
  },
  {
    name: 'a call that is called off, or whose time is over, ends here and there',
    async run(place) {
      const { channel, methods, end } = await connected(place);
      const abort = new AbortController();
      const calledOff = failure(call(channel, '/test/Wait', {}, { signal: abort.signal }));
      await until(place, () => methods.calls.length === 1);
      abort.abort();
      equal((await calledOff).code, 'ABORTED', 'what the caller hears');
      await until(place, () => methods.aborted.length === 1);
      match(methods.aborted[0]!, /called it off/);

      const late = await failure(call(channel, '/test/Wait', {}, { timeout: 100_000 }));
      equal(late.code, 'ENDPOINT_UNAVAILABLE', 'what the late one hears');
      equal(late.executed, 'maybe', 'whether it may have been executed');
      await until(place, () => methods.aborted.length === 2);

      const already = await failure(call(channel, '/test/Echo', {}, { signal: abort.signal }));
      equal(already.code, 'ABORTED', 'a call with a signal that has aborted');
      await end();
    },
  },
  {
    name: 'when the server drops a client, its calls fail as perhaps executed, and are aborted there',
    async run(place) {
      const { channel, methods, server } = await connected(place);
      const waiting = failure(call(channel, '/test/Wait', {}));
      const chat = ears(channel, '/test/Chat');
      await until(place, () => methods.calls.length === 1);
      await server.destroy();
      const error = await waiting;
      equal(error.code, 'ENDPOINT_UNAVAILABLE', 'the code');
      equal(error.executed, 'maybe', 'whether it may have been executed');
      await until(place, () => chat.ended && methods.aborted.length === 2);
      equal(channel.usable, false, 'whether the channel is usable');
      const next = await failure(call(channel, '/test/Echo', {}));
      equal(next.executed, 'no', 'whether the next may have been executed');
      equal(server.clients, 0, 'clients');
      await channel.close();
    },
  },
  {
    name: 'nobody there is an endpoint that is unavailable, and nothing was executed',
    async run(place) {
      const { server, end } = await connected(place);
      await end();
      const maker = nativeChannels(place.client);
      const error = await failure(
        maker.connect({ host: place.serverHost, port: server.address.port }, undefined),
      );
      equal(error.code, 'ENDPOINT_UNAVAILABLE', 'the code');
      equal(error.executed, 'no', 'whether anything was executed');
      const abort = new AbortController();
      abort.abort();
      const aborted = await failure(
        maker.connect({ host: place.serverHost, port: server.address.port }, abort.signal),
      );
      equal(aborted.code, 'ABORTED', 'the code when it was called off');
    },
  },
  {
    name: 'a server that drains answers what is under way, ends streams, and refuses the rest',
    async run(place) {
      const { channel, methods, server } = await connected(place);
      const waiting = call(channel, '/test/Wait', { text: 'under way' });
      const chat = ears(channel, '/test/Chat');
      await until(place, () => methods.calls.length === 1);
      const draining = server.drain();
      const crossing = failure(call(channel, '/test/Echo', {}));
      await until(place, () => chat.ended);
      equal(codeOf(chat.error), 'ENDPOINT_UNAVAILABLE', 'how the stream ended');
      equal(channel.usable, false, 'whether the channel is usable');
      equal((await crossing).executed, 'no', 'whether the one that crossed may have been executed');
      methods.release();
      equal((await waiting).text, 'under way', 'the answer to the one under way');
      await draining;
      equal(server.clients, 0, 'clients');
    },
  },
  {
    name: 'a stream carries messages both ways, and ends in order',
    async run(place) {
      const { channel, end } = await connected(place);
      const chat = ears(channel, '/test/Chat');
      chat.stream.send(Text.create({ text: 'one' }));
      await until(place, () => chat.heard.length === 1);
      for (let number = 2; number <= 100; number++) assert(chat.stream.send(Text.create({ number })), 'sent');
      chat.stream.end();
      equal(chat.stream.send(Text.create()), false, 'sending after the end');
      await until(place, () => chat.ended);
      equal(chat.error, undefined, 'how it ended');
      equal(chat.heard.length, 100, 'messages');
      equal(chat.heard.at(-1)!.number, 100, 'the last');
      const count = ears(channel, '/test/Count');
      count.stream.send(Text.create({ number: 5_000 }));
      count.stream.end();
      await until(place, () => count.ended);
      equal(count.heard.length, 5_000, 'messages of the second stream');
      count.heard.forEach((message, index) => {
        equal(message.number, index, 'a number');
      });
      await end();
    },
  },
  {
    name: 'a stream that fails, or is cancelled, ends once, and the others go on',
    async run(place) {
      const { channel, methods, end } = await connected(place);
      const [failing, cancelled, other] = [1, 2, 3].map(() => ears(channel, '/test/Chat'));
      failing!.stream.send(Text.create({ text: 'fail' }));
      await until(place, () => failing!.ended);
      equal(codeOf(failing!.error), 'ENDPOINT_UNAVAILABLE', 'how it failed');
      match(String(failing!.error), /no leader/);
      cancelled!.stream.send(Text.create());
      await until(place, () => cancelled!.heard.length === 1);
      cancelled!.stream.cancel();
      await until(place, () => methods.aborted.some((why) => /called it off/.test(why)));
      equal(cancelled!.ended, false, 'whether the cancelled one was told of its end');
      equal(cancelled!.stream.send(Text.create()), false, 'sending in it');
      other!.stream.send(Text.create({ text: 'goes on' }));
      await until(place, () => other!.heard.length === 1);
      const abort = new AbortController();
      const aborted = ears(channel, '/test/Chat', { signal: abort.signal });
      abort.abort();
      equal(codeOf(aborted.error), 'ABORTED', 'how the aborted one ended');
      await end();
    },
  },
  {
    name: 'a client that takes no messages slows its stream down, and no other',
    async run(place) {
      const { channel, methods, end } = await connected(place);
      const flood = ears(channel, '/test/Flood');
      flood.stream.pause();
      flood.stream.send(Text.create({ number: 1_000 }));
      flood.stream.end();
      let last = -1;
      while (methods.flooded !== last || last <= 0) {
        last = methods.flooded;
        await place.sleep('100ms');
      }
      assert(last < 250, `the server stops after some 1 MiB, not after ${last} messages of 10 KB`);
      equal(flood.heard.length, 0, 'messages taken');
      equal((await call(channel, '/test/Echo', { text: 'past it' })).text, 'past it', 'a call past it');
      flood.stream.resume();
      await until(place, () => flood.ended);
      equal(flood.error, undefined, 'how it ended');
      equal(flood.heard.length, 1_000, 'messages in the end');
      flood.heard.forEach((message, index) => {
        equal(message.number, index, 'a number');
      });
      await end();
    },
  },
  {
    name: 'a handler that reads slowly stops its client, and reads everything in the end',
    async run(place) {
      const { channel, methods, end } = await connected(place);
      const slow = ears(channel, '/test/SlowReader');
      let sent = 0;
      while (slow.stream.send(Text.create({ payload: new Uint8Array(1_000) }))) {
        sent++;
        assert(sent < 1_000, 'the client is stopped before it has sent 1 MB');
      }
      methods.release();
      while (sent < 500) {
        if (slow.stream.send(Text.create({ payload: new Uint8Array(1_000) }))) sent++;
        else await place.sleep('5ms');
      }
      slow.stream.end();
      await until(place, () => slow.ended);
      equal(methods.read, sent, 'requests read');
      await end();
    },
  },
  {
    name: 'calls and streams beyond the bounds are refused before they begin',
    async run(place) {
      const { channel, methods, end } = await connected(place, {
        callsMax: 3,
        streamsMax: 2,
        requestBytesMax: 1_000,
      });
      const waiting = [1, 2, 3].map(() => call(channel, '/test/Wait', {}));
      const refused = await failure(call(channel, '/test/Echo', {}));
      match(refused.message, /too many requests/);
      equal(refused.executed, 'no', 'whether it may have been executed');
      const streams = [1, 2, 3].map(() => ears(channel, '/test/Chat'));
      await until(place, () => streams[2]!.ended);
      match(String(streams[2]!.error), /too many requests/);
      methods.release();
      await Promise.all(waiting);
      const tooMuch = await failure(call(channel, '/test/Echo', { payload: new Uint8Array(1_000) }));
      match(tooMuch.message, /too many requests/);
      equal((await call(channel, '/test/Echo', { text: 'room again' })).text, 'room again', 'an answer');
      await end();
    },
  },
  {
    name: 'closing fails what is under way, and only that',
    async run(place) {
      const { channel, server, methods, end } = await connected(place);
      const other = await connect(place, server);
      const waiting = failure(call(channel, '/test/Wait', {}));
      const chat = ears(channel, '/test/Chat');
      await until(place, () => methods.calls.length === 1);
      await channel.close();
      equal((await waiting).executed, 'maybe', 'whether it may have been executed');
      assert(chat.ended, 'the stream has ended');
      equal((await failure(call(channel, '/test/Echo', {}))).executed, 'no', 'a call afterwards');
      equal((await call(other, '/test/Echo', { text: 'unharmed' })).text, 'unharmed', 'the other channel');
      await other.close();
      await end();
    },
  },
];

interface Connected {
  readonly channel: ClusterChannel;
  readonly server: NativeServer;
  readonly methods: EchoMethods;
  end(): Promise<void>;
}

async function connected(place: NativePlace, options?: NativeServerOptions): Promise<Connected> {
  const methods = new EchoMethods();
  const server = await serveNative(place.server, 0, methods.table, options);
  const channel = await connect(place, server);
  const end = async () => {
    await channel.close();
    await server.drain();
    equal(server.clients, 0, 'clients');
  };
  return { channel, server, methods, end };
}

function connect({ client, serverHost }: NativePlace, { address }: NativeServer): Promise<ClusterChannel> {
  return nativeChannels(client).connect({ host: serverHost, port: address.port }, undefined);
}

function call(
  channel: ClusterChannel,
  path: string,
  request: Partial<Text>,
  { signal, ...options }: Partial<ChannelCallOptions> = {},
): Promise<Text> {
  const method = { path, response: Text };
  return callOnce(channel, { method, request: Text.encode(Text.create(request)), ...options }, signal);
}

/** A stream, and all that it says. */
interface Ears {
  readonly stream: ClientStream<Text> & { pause(): void; resume(): void };
  readonly heard: Text[];
  ended: boolean;
  error: Error | undefined;
}

function ears(channel: ClusterChannel, path: string, options: Partial<ChannelCallOptions> = {}): Ears {
  const heard: Text[] = [];
  const all = { heard, ended: false, error: undefined as Error | undefined };
  const stream = channel.stream<Text, Text>(
    {
      path,
      requestType: Text,
      responseType: Text,
      message: (response) => void heard.push(response),
      ended: (error) => {
        assert(!all.ended, 'a stream ends once');
        all.ended = true;
        all.error = error;
      },
    },
    { ...plain, ...options },
  );
  return Object.assign(all, { stream: stream as Ears['stream'] });
}

async function failure(attempt: Promise<unknown>): Promise<{
  code: string;
  message: string;
  executed: string;
  context: Readonly<Record<string, unknown>>;
}> {
  try {
    await attempt;
  } catch (error) {
    assert(isHoldfastError(error), `a HoldfastError, not ${error}`);
    return error;
  }
  return assert(false, 'it fails') as never;
}

async function until(place: NativePlace, reached: () => boolean): Promise<void> {
  for (let tries = 0; !reached(); tries++) {
    assert(tries < 2_000, `what is waited for comes: ${reached}`);
    await place.sleep('10ms');
  }
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
