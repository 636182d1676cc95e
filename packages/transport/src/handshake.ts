import { type Clock, type Connection, isHoldfastError } from '@holdfast/core';
import { transportErrors } from './errors.ts';
import { controlBytesMax, type FrameKind, frameOf, kinds, preface } from './frame.ts';
import { FrameReader } from './frame-reader.ts';
import { agree, decodeHello, encodeHello, type Hello, handshakeFailed } from './hello.ts';
import type { Greeting } from './message-channel.ts';

/** What two ends have agreed on. */
export interface Agreement {
  readonly peer: Greeting;
  readonly version: number;
  /** Bytes of the largest message that the other end takes. */
  readonly peerMessageBytesMax: number;
  /** Microseconds from the hello to its answer; undefined at the end that answered. */
  readonly roundTrip: number | undefined;
  /** Has read up to the hello. */
  readonly reader: FrameReader;
}

/** The end that connected says hello first, and waits to be let in. @throws HoldfastError HANDSHAKE_FAILED. */
export async function introduce(
  connection: Connection,
  own: Hello,
  clock: Clock,
  signal: AbortSignal,
): Promise<Agreement> {
  const reader = new FrameReader();
  const began = clock.now();
  await connection.write(begin(kinds.hello, encodeHello(own)), { signal });
  await nextFrame(connection, reader, signal);
  if (reader.kind === kinds.refusal) {
    throw handshakeFailed(`the other end refuses: ${new TextDecoder().decode(reader.payload)}`);
  }
  const other = helloOf(reader);
  const version = agree(own.greeting, other.greeting);
  return agreed(reader, own, other, version, clock.now() - began);
}

/**
 * The end that was connected to hears who it is, and answers.
 *
 * @param admit - says whether to let the other end in.
 * @throws HoldfastError HANDSHAKE_FAILED, once the other end has been told.
 */
export async function receive(
  connection: Connection,
  own: Hello,
  admit: (peer: Greeting) => boolean,
  signal: AbortSignal,
): Promise<Agreement> {
  const reader = new FrameReader();
  await nextFrame(connection, reader, signal);
  const other = helloOf(reader);
  try {
    const version = agree(own.greeting, other.greeting);
    if (!admit(other.greeting)) throw handshakeFailed('it is not let in');
    await connection.write(begin(kinds.hello, encodeHello(own)), { signal });
    return agreed(reader, own, other, version, undefined);
  } catch (error) {
    if (isHoldfastError(error) && error.code === 'HANDSHAKE_FAILED') {
      const reason = new TextEncoder().encode(error.message).subarray(0, controlBytesMax);
      await connection.write(begin(kinds.refusal, reason), { signal });
      connection.end();
      // Dropped at once, the refusal might not arrive.
      while ((await connection.read({ signal })) !== undefined);
    }
    throw error;
  }
}

async function nextFrame(connection: Connection, reader: FrameReader, signal: AbortSignal): Promise<void> {
  while (!reader.next()) {
    const bytes = await connection.read({ signal });
    if (bytes === undefined) throw handshakeFailed('the other end left before it said who it is');
    reader.push(bytes);
  }
}

function helloOf(reader: FrameReader): Hello {
  if (reader.kind === kinds.hello) return decodeHello(reader.payload);
  throw transportErrors.create('MALFORMED_FRAME', {
    message: `the other end begins with a frame of kind ${reader.kind}, and not with its hello`,
  });
}

function agreed(
  reader: FrameReader,
  own: Hello,
  other: Hello,
  version: number,
  roundTrip: number | undefined,
): Agreement {
  reader.messageBytesMax = own.messageBytesMax;
  return { peer: other.greeting, version, peerMessageBytesMax: other.messageBytesMax, roundTrip, reader };
}

function begin(kind: FrameKind, payload: Uint8Array): Uint8Array {
  const frame = frameOf(kind, payload);
  const bytes = new Uint8Array(preface.length + frame.length);
  bytes.set(preface);
  bytes.set(frame, preface.length);
  return bytes;
}
