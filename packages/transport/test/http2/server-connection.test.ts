import http2 from 'node:http2';
import net from 'node:net';
import { ManualWorld, platformWorld, type World } from '@holdfast/core';
import {
  encodeHeaders,
  type Http2Limits,
  Http2ServerConnection,
  type Http2Stream,
} from '@holdfast/transport/http2';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { socketConnection } from './socket-connection.ts';

const answerHead = encodeHeaders([[':status', '200']]);
const answerEnd = encodeHeaders([['grpc-status', '0']]);

interface Served {
  readonly port: number;
  readonly connections: Http2ServerConnection[];
  readonly sockets: net.Socket[];
  /** Requests begun, called off and answered; connections over. */
  readonly counts: { begun: number; cancelled: number; answered: number; closed: number };
}

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

/** Echoes each request once it is whole: its body twice, and then trailers. */
async function serve(
  limits: Http2Limits = {},
  answer: (stream: Http2Stream, body: Uint8Array) => void = echo,
  { consume = true, world = platformWorld() }: { consume?: boolean; world?: World } = {},
): Promise<Served> {
  const counts = { begun: 0, cancelled: 0, answered: 0, closed: 0 };
  const connections: Http2ServerConnection[] = [];
  const sockets: net.Socket[] = [];
  const server = net.createServer((socket) => {
    sockets.push(socket);
    const connection = new Http2ServerConnection(
      socketConnection(socket),
      {
        request(stream) {
          counts.begun++;
          const parts: Uint8Array[] = [];
          return {
            data(bytes, end) {
              parts.push(bytes.slice());
              if (consume) stream.consumed(bytes.length);
              if (!end) return;
              counts.answered++;
              answer(stream, Buffer.concat(parts));
            },
            cancelled: () => counts.cancelled++,
            drained() {},
          };
        },
        closed: () => counts.closed++,
      },
      world,
      limits,
    );
    connections.push(connection);
    cleanups.push(() => connection.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close());
  return { port: (server.address() as net.AddressInfo).port, connections, sockets, counts };
}

function echo(stream: Http2Stream, body: Uint8Array): void {
  stream.respond(answerHead, false);
  stream.write(body);
  stream.write(body);
  stream.trailers(answerEnd);
}

function connect(port: number, options: http2.ClientSessionOptions = {}): http2.ClientHttp2Session {
  const session = http2.connect(`http://127.0.0.1:${port}`, options);
  session.on('error', () => {});
  cleanups.push(() => session.destroy());
  return session;
}

interface Answer {
  readonly status: number | undefined;
  readonly body: Buffer;
  readonly trailers: http2.IncomingHttpHeaders;
}

function request(
  session: http2.ClientHttp2Session,
  body: Uint8Array,
  headers: http2.OutgoingHttpHeaders = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': 'POST', ':path': '/echo', ...headers });
    let status: number | undefined;
    let trailers: http2.IncomingHttpHeaders = {};
    const parts: Buffer[] = [];
    stream.on('response', (response) => {
      status = response[':status'];
    });
    stream.on('trailers', (fields) => {
      trailers = fields;
    });
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => resolve({ status, body: Buffer.concat(parts), trailers }));
    stream.on('error', reject);
    stream.end(body);
  });
}

/** Sends raw bytes behind a preface and settings, and gathers what comes until the connection ends or `millis` are over. */
async function sendRaw(
  port: number,
  bytes: Uint8Array,
  preface = true,
): Promise<{ frames: number[][]; ended: boolean }> {
  const socket = net.connect(port, '127.0.0.1');
  cleanups.push(() => socket.destroy());
  const parts: Buffer[] = [];
  let ended = false;
  socket.on('data', (part) => parts.push(part));
  socket.on('error', () => {});
  const end = new Promise<void>((resolve) => {
    socket.on('close', () => {
      ended = true;
      resolve();
    });
  });
  if (preface)
    socket.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0, [])]));
  socket.write(bytes);
  const quiet = async (): Promise<void> => {
    // What a server still says, it says at once; a ping behind it marks the end.
    socket.write(frame(6, 0, 0, [9, 9, 9, 9, 9, 9, 9, 9]));
    while (
      !ended &&
      !Buffer.concat(parts).includes(Buffer.from([0, 0, 8, 6, 1, 0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9]))
    ) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  await Promise.race([end, quiet()]);
  const frames: number[][] = [];
  const all = Buffer.concat(parts);
  for (let at = 0; at + 9 <= all.length; ) {
    const length = all.readUIntBE(at, 3);
    frames.push([
      all[at + 3]!,
      all[at + 4]!,
      all.readUInt32BE(at + 5),
      ...all.subarray(at + 9, at + 9 + length),
    ]);
    at += 9 + length;
  }
  socket.destroy();
  return { frames, ended };
}

function frame(type: number, flags: number, stream: number, payload: readonly number[] | Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, Buffer.from(payload)]);
}

const get = [0x82, 0x84, 0x86];
/** The code of a GOAWAY or RST_STREAM among `frames`. */
const codeOf = (frames: number[][], type: 3 | 7): number | undefined =>
  frames.find(([found]) => found === type)?.[type === 7 ? 10 : 6];

describe('Http2ServerConnection, against the client of Node', () => {
  it('answers many requests at once with body and trailers', async () => {
    const { port } = await serve();
    const session = connect(port);
    const bodies = Array.from({ length: 300 }, (_, index) => Buffer.alloc(index * 13, index));
    const answers = await Promise.all(bodies.map((body) => request(session, body)));
    answers.forEach(({ status, body, trailers }, index) => {
      expect(status).toBe(200);
      expect(body.equals(Buffer.concat([bodies[index]!, bodies[index]!]))).toBe(true);
      expect(trailers['grpc-status']).toBe('0');
    });
  });

  it('keeps to the windows of both sides, however small they are', async () => {
    const { port } = await serve({ streamWindow: 65_535, connectionWindow: 65_535 });
    for (const initialWindowSize of [1, 1_000, 65_535]) {
      const session = connect(port, { settings: { initialWindowSize } });
      const body = Buffer.alloc(initialWindowSize === 1 ? 300 : 400_000, 7);
      const answers = await Promise.all([1, 2, 3].map(() => request(session, body)));
      for (const answer of answers) expect(answer.body.equals(Buffer.concat([body, body]))).toBe(true);
    }
  });

  it('takes long headers in continuations, and refuses longer ones without harm to others', async () => {
    const { port } = await serve({ headerListBytesMax: 60_000 });
    const session = connect(port, { settings: {} });
    expect((await request(session, Buffer.from('x'), { long: 'l'.repeat(30_000) })).status).toBe(200);
    const other = connect(port);
    expect((await request(other, Buffer.from('x'))).status).toBe(200);
    await expect(request(session, Buffer.from('x'), { long: 'l'.repeat(61_000) })).rejects.toThrow();
    expect((await request(other, Buffer.from('x'))).status).toBe(200);
  });

  it('tells the handler when a client calls a request off, or goes away', async () => {
    const { port, counts } = await serve({}, () => {});
    const session = connect(port);
    const streams = [1, 2, 3].map(() => session.request({ ':method': 'POST' }));
    for (const stream of streams) {
      stream.on('error', () => {});
      stream.end('x');
    }
    await expect.poll(() => counts.answered).toBe(3);
    streams[0]!.close(http2.constants.NGHTTP2_CANCEL);
    await expect.poll(() => counts.cancelled).toBe(1);
    session.destroy();
    await expect.poll(() => counts.cancelled).toBe(3);
    expect(counts.closed).toBe(1);
  });

  it('drains: answers what is under way, takes nothing new, and closes', async () => {
    const held: Http2Stream[] = [];
    const { port, connections, counts } = await serve({}, (stream) => held.push(stream));
    const session = connect(port);
    const first = request(session, Buffer.from('first'));
    await expect.poll(() => held.length).toBe(1);
    connections[0]!.drain();
    await expect.poll(() => session.closed || session.destroyed || counts.begun).toBeTruthy();
    echo(held[0]!, Buffer.from('first'));
    expect((await first).status).toBe(200);
    await expect.poll(() => counts.closed).toBe(1);
  });

  it('pings a quiet client, and leaves one that does not answer', async () => {
    const world = new ManualWorld();
    const { port, sockets, counts } = await serve({ idleTimeout: 40_000 }, echo, { world });
    const session = connect(port);
    expect((await request(session, Buffer.from('x'))).status).toBe(200);
    const silent = net.connect(port, '127.0.0.1');
    cleanups.push(() => silent.destroy());
    await expect.poll(() => sockets.length).toBe(2);
    await world.advance('40ms');
    const before = sockets[0]!.bytesRead;
    await world.advance('40ms');
    // The frame of an answer to a ping.
    await expect.poll(() => sockets[0]!.bytesRead).toBeGreaterThanOrEqual(before + 17);
    expect(counts.closed).toBe(0);
    await world.advance('40ms');
    await expect.poll(() => counts.closed).toBe(1);
    expect((await request(session, Buffer.from('x'))).status).toBe(200);
  });
});

describe('Http2ServerConnection, against clients that break the protocol', () => {
  const cases: readonly [what: string, bytes: Uint8Array, goaway: number][] = [
    ['data on stream 0', frame(0, 0, 0, [1]), 1],
    ['data on an idle stream', frame(0, 0, 1, [1]), 1],
    ['a request on an even stream', frame(1, 5, 2, get), 1],
    ['a push', frame(5, 4, 1, [0, 0, 0, 2]), 1],
    ['a frame that is too long', frame(0, 0, 1, new Uint8Array(16_385)), 6],
    ['a ping of seven bytes', frame(6, 0, 0, [1, 2, 3, 4, 5, 6, 7]), 6],
    ['settings that do not divide', frame(4, 0, 0, [0, 1, 0]), 6],
    ['settings on a stream', frame(4, 0, 1, []), 1],
    ['a window beyond 2^31', frame(8, 0, 0, [127, 255, 255, 255]), 3],
    ['a window update of nothing', frame(8, 0, 0, [0, 0, 0, 0]), 1],
    ['a reset of an idle stream', frame(3, 0, 5, [0, 0, 0, 8]), 1],
    ['a continuation of nothing', frame(9, 4, 1, get), 1],
    [
      'another frame amid a header block',
      Buffer.concat([frame(1, 0, 1, get), frame(6, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8])]),
      1,
    ],
    ['a header block that is none', frame(1, 5, 1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), 9],
    [
      'an endless header block',
      Buffer.concat([
        frame(1, 0, 1, get),
        ...Array.from({ length: 3 }, () => frame(9, 0, 1, new Uint8Array(8_000))),
      ]),
      11,
    ],
    ['a padding beyond its frame', frame(1, 13, 1, [200, ...get]), 1],
    [
      'a flood of resets',
      Buffer.concat(
        Array.from({ length: 2_100 }, (_, index) =>
          Buffer.concat([frame(1, 4, 2 * index + 1, get), frame(3, 0, 2 * index + 1, [0, 0, 0, 8])]),
        ),
      ),
      11,
    ],
    [
      'a flood of empty data',
      Buffer.concat([frame(1, 4, 1, get), ...Array.from({ length: 2_100 }, () => frame(0, 0, 1, []))]),
      11,
    ],
    [
      'more data than the connection takes',
      Buffer.concat([
        frame(1, 4, 1, get),
        ...Array.from({ length: 5 }, () => frame(0, 0, 1, new Uint8Array(16_384))),
      ]),
      3,
    ],
  ];
  for (const [what, bytes, code] of cases) {
    it(`says why, and ends: ${what}`, async () => {
      const { port, counts } = await serve({ connectionWindow: 65_535 }, () => {}, { consume: false });
      const { frames, ended } = await sendRaw(port, bytes);
      expect(ended).toBe(true);
      expect(codeOf(frames, 7)).toBe(code);
      await expect.poll(() => counts.closed).toBe(1);
    });
  }

  it('refuses one request and goes on: more at once than it takes, or one that is none', async () => {
    const { port } = await serve({ streamsMax: 2 }, () => {});
    const { frames } = await sendRaw(port, Buffer.concat([1, 3, 5].map((id) => frame(1, 5, id, get))));
    expect(frames.filter(([type]) => type === 3).map(([, , id, , , , code]) => [id, code])).toEqual([[5, 7]]);
    const none = await sendRaw(port, frame(1, 5, 1, [0x82, 0x82, 0x84, 0x86]));
    expect(codeOf(none.frames, 3)).toBe(1);
    expect(none.ended).toBe(false);
  });

  it('closes on what is no HTTP/2 at all', async () => {
    const { port } = await serve();
    expect((await sendRaw(port, Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n'), false)).ended).toBe(true);
  });

  it('cuts off a client that asks and does not read', async () => {
    const { port, counts } = await serve({ queueBytesMax: 1_000_000 }, (stream) => {
      stream.respond(answerHead, false);
      stream.write(new Uint8Array(100_000));
      stream.trailers(answerEnd);
    });
    const asked = Buffer.concat(Array.from({ length: 60 }, (_, index) => frame(1, 5, 2 * index + 1, get)));
    await sendRaw(port, asked);
    await expect.poll(() => counts.closed).toBe(1);
  });

  it('holds an answer back when the way is not free, whatever window the client has opened', async () => {
    const piece = new Uint8Array(65_536);
    let written = 0;
    let go = (): void => {};
    const { port } = await serve({}, (stream) => {
      stream.respond(answerHead, false);
      go = () => {
        while (stream.queuedBytes === 0 && written < 1_200) {
          stream.write(piece);
          written++;
        }
        if (written < 1_200) setTimeout(go, 1);
        else stream.trailers(answerEnd);
      };
      go();
    });
    const session = connect(port, { settings: { initialWindowSize: 2 ** 31 - 1 } });
    await new Promise((resolve) => session.once('connect', resolve));
    session.setLocalWindowSize(2 ** 31 - 1);
    const stream = session.request({ ':method': 'POST', ':path': '/' });
    stream.end();
    let received = 0;
    await new Promise<void>((resolve) => {
      stream.on('data', (bytes: Uint8Array) => {
        received += bytes.length;
      });
      stream.on('end', resolve);
    });
    expect(received).toBe(1_200 * piece.length);
  });

  it('survives anything, cut anywhere, and serves others meanwhile', async () => {
    const { port } = await serve();
    const session = connect(port);
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .tuple(
          fc.integer({ min: 0, max: 12 }),
          fc.integer({ min: 0, max: 255 }),
          fc.constantFrom(0, 1, 2, 3, 5),
          fc.uint8Array({ maxLength: 24 }),
        )
        .map(([type, flags, stream, payload]) => Uint8Array.from(frame(type, flags, stream, payload))),
      fc.constantFrom(1, 3, 5).map((id) => Uint8Array.from(frame(1, 5, id, get))),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const socket = net.connect(port, '127.0.0.1');
        socket.on('error', () => {});
        socket.resume();
        socket.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0, [])]));
        for (const each of pieces) {
          for (const part of [each.subarray(0, each.length >> 1), each.subarray(each.length >> 1)]) {
            socket.write(part);
          }
        }
        expect((await request(session, Buffer.from('x'))).status).toBe(200);
        socket.destroy();
      }),
      { numRuns: 150 },
    );
  });
});
