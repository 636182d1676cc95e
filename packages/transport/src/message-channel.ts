/** Who is at an end of a channel, as told in the handshake. */
export interface Greeting {
  /** What the two speak, such as `holdfast-raft`. Both ends must name the same. */
  readonly protocol: string;
  /** The greatest version of it that this end speaks; the lower of the two is spoken. From 1. */
  readonly version: number;
  /** The least version of it that this end still speaks. Default `version`. */
  readonly versionMin?: number;
  /** Who this is, in the protocol's own form; at most 4 KiB. */
  readonly identity: Uint8Array;
}

/**
 * Whole messages over a byte stream: in order, each once, until it breaks. What was sent when it broke may or may not
 * have arrived. Several messages sent in one turn of the event loop go out in one piece.
 */
export interface MessageChannel {
  /** What the other end said of itself. */
  readonly peer: Greeting;
  /** The version that both speak. */
  readonly version: number;
  /** The other end's certificate names, where the stream is TLS and it showed one that was accepted. */
  readonly certificateNames: readonly string[];
  /** Microseconds to the other end and back, as last measured: by the handshake of who opened it, then by probes. */
  readonly roundTrip: number | undefined;
  /** Bytes of the longest message that may be sent: what the other end takes, and the queue has room for. */
  readonly sendBytesMax: number;
  /** Bytes taken by {@link send} that the stream has not taken yet. */
  readonly queuedBytes: number;
  /** Whether it takes messages at all: it is not closed, and neither end has begun to close it. */
  readonly writable: boolean;
  /** Why it closed; undefined while it is open. */
  readonly closedBy: Error | undefined;
  /**
   * Takes a message for sending; it may be given in parts, which are sent one after the other as one. False, and nothing
   * is taken, when it is not {@link writable} or the queue has no room. The caller must not change the bytes afterwards.
   *
   * @throws HoldfastError INVALID_ARGUMENT when it is longer than {@link sendBytesMax}.
   */
  send(...parts: readonly Uint8Array[]): boolean;
  /** Resolves when {@link queuedBytes} has fallen to half of its bound or less, or it is not {@link writable}. */
  drained(): Promise<void>;
  /** Stops reading until {@link resume}, so that the other end's queue fills up. The message at hand is the last. */
  pause(): void;
  resume(): void;
  /** Sends what is queued, then a goodbye. Resolves when the other end has said its own, or it broke. */
  close(): Promise<void>;
  /** Drops everything at once. */
  destroy(reason?: Error): void;
}

/** What becomes of a channel. */
export interface ChannelHandler {
  /** It is open; called once, before all else. */
  opened?(channel: MessageChannel): void;
  /**
   * A message. The bytes may be kept; they are a view of what was read, up to 64 KiB, which stays in memory with them.
   * Nothing may be thrown: it would break the channel.
   */
  message(bytes: Uint8Array, channel: MessageChannel): void;
  /** It is over; called once. `reason` is undefined when it was closed in order, by either end. */
  closed(reason: Error | undefined, channel: MessageChannel): void;
}

export interface ChannelLimits {
  /** Bytes of one message that comes. A longer one breaks the channel; the other end knows, and sends none. Default 16 MiB. */
  readonly messageBytesMax?: number;
  /** Bytes waiting to be sent, at which {@link MessageChannel.send} refuses. Default 64 MiB. */
  readonly queueBytesMax?: number;
  /** Microseconds that a handshake may take. Default 5 s. */
  readonly handshakeTimeout?: number;
  /** Microseconds without a byte after which it is probed, and broken after as long again. Default 10 s. */
  readonly idleTimeout?: number;
}
