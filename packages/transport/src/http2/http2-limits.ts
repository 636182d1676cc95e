/** What a server takes from one client before it ends the connection, or refuses the stream. */
export interface Http2Limits {
  /** Streams at once. More are refused. Default 10,000. */
  readonly streamsMax?: number;
  /** Bytes of the fields of a request, each counted with 32 more than its text. Default 16 KiB. */
  readonly headerListBytesMax?: number;
  /** Bytes that a client may send on one stream before the handler has taken them. Default 1 MiB. */
  readonly streamWindow?: number;
  /** Bytes that a client may send on all streams before the handlers have taken them; 65,535 at least. Default 16 MiB. */
  readonly connectionWindow?: number;
  /** Bytes of answers that wait because the client does not read, at which the connection is broken. Default 64 MiB. */
  readonly queueBytesMax?: number;
  /**
   * Frames that cost work in vain (resets, empty data, refused requests, priorities) that a client may send at once. Each
   * second gives back a fifth of them, and each answer one. Default 2,000.
   */
  readonly vainFramesMax?: number;
  /** Microseconds without a byte after which the client is pinged, and given up after as long again. Default 30 s. */
  readonly idleTimeout?: number;
}

export type Http2Settings = Required<Http2Limits>;

export function http2Settings(limits: Http2Limits): Http2Settings {
  return {
    streamsMax: limits.streamsMax ?? 10_000,
    headerListBytesMax: limits.headerListBytesMax ?? 16_384,
    streamWindow: limits.streamWindow ?? 1_048_576,
    connectionWindow: limits.connectionWindow ?? 16_777_216,
    queueBytesMax: limits.queueBytesMax ?? 67_108_864,
    vainFramesMax: limits.vainFramesMax ?? 2_000,
    idleTimeout: limits.idleTimeout ?? 30_000_000,
  };
}
