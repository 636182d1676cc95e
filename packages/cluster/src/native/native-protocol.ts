/** The native protocol: the frames within the messages of a channel. The README describes them. */
export const nativeProtocol = 'holdfast-native';
export const nativeVersion = 1;

/** What a frame is, by its first byte. */
export const frameKinds = {
  /** Client: gives a path the next number, from 0. */
  path: 1,
  /** Client: the token of the calls after it. */
  token: 2,
  /** Client: a call with one request, which gets an answer or a failure. */
  unary: 3,
  /** Client: opens a stream, which the server ends with an end or a failure. */
  open: 4,
  /** Both: a message of a stream. */
  message: 5,
  /** Client: no more requests come in a stream. Server: it has ended in order. */
  end: 6,
  /** Client: calls a call or a stream off; nothing more comes of it. */
  cancel: 7,
  /** Both: lets the other end send so much more in a stream. */
  credit: 8,
  /** Server: answers a unary call. */
  answer: 9,
  /** Server: ends a call or a stream with a status. */
  failure: 10,
  /** Server: it takes no more calls, and goes once those under way are answered. */
  leaving: 11,
} as const;

/** What a call carries besides its request. */
export const callFlags = { session: 1, timeout: 2, requiresLeader: 4, trace: 8, all: 15 } as const;

/** A failure of a call that has not begun. */
export const notBegun = 1;

/** What a message of a stream takes of its credit. Empty ones take some too. */
export function creditFor(message: Uint8Array): number {
  return message.length + 16;
}

/** Numbers of calls go round. */
export const callIdMax = 0x7fff_ffff;
export const pathsMax = 1_000;
export const pathLengthMax = 256;
export const tokenLengthMax = 8_192;
/** Of a `traceparent`, with room for what later versions of it add. */
export const traceLengthMax = 256;
/** Microseconds; no call is meant to last longer. */
export const timeoutMax = 1_000_000_000_000;
/** What a message of the channel has room for besides the largest frame: those that were gathered before it. */
export const batchRoom = 65_536;
