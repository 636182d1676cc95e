import { type Address, asHoldfastError, type Connection, defineEvent, type EventType } from '@holdfast/core';
import { checkedLimits } from './channel-limits.ts';
import { receive } from './handshake.ts';
import { HandshakeTime } from './handshake-time.ts';
import type { ChannelHandler, ChannelLimits, Greeting } from './message-channel.ts';
import type { NetworkWorld } from './network-world.ts';
import { StreamChannel } from './stream-channel.ts';

export interface AcceptChannelsOptions {
  readonly greeting: Greeting;
  /**
   * What hears of the channel, if whoever greets so, with a certificate of these names, is let in; else undefined.
   * An anonymous end can greet as anybody: trust the names alone.
   */
  admit(peer: Greeting, certificateNames: readonly string[]): ChannelHandler | undefined;
  readonly limits?: ChannelLimits | undefined;
  /** Open channels. One more is refused. Default 10,000. */
  readonly channelsMax?: number | undefined;
  /** Handshakes under way. One more drops the oldest, for honest ones take a round trip. Default 256. */
  readonly handshakesMax?: number | undefined;
}

/** Published when somebody who connected was not let in, or said nothing sensible. */
export interface HandshakeRefused {
  readonly remote: Address;
  readonly error: Error;
}

export const handshakeRefused: EventType<HandshakeRefused> = defineEvent<HandshakeRefused>(
  'holdfast.transport.handshake-refused',
);

export interface ChannelListener {
  readonly address: Address;
  /** Open channels. */
  readonly channels: number;
  /** Takes no more, and drops handshakes under way. Open channels stay. */
  close(): Promise<void>;
}

/** Takes channels at `port` of this host, 0 for any free one. @throws HoldfastError ADDRESS_IN_USE. */
export async function acceptChannels(
  world: NetworkWorld,
  port: number,
  options: AcceptChannelsOptions,
): Promise<ChannelListener> {
  const acceptor = new Acceptor(world, options);
  const listener = await world.network.listen(port, (connection) => void acceptor.accept(connection));
  return {
    address: listener.address,
    get channels() {
      return acceptor.channels;
    },
    async close() {
      await listener.close();
      acceptor.dropHandshakes();
    },
  };
}

class Acceptor {
  channels = 0;
  readonly #world: NetworkWorld;
  readonly #options: AcceptChannelsOptions;
  readonly #limits: Required<ChannelLimits>;
  /** The oldest first. */
  readonly #handshakes = new Set<HandshakeTime>();

  constructor(world: NetworkWorld, options: AcceptChannelsOptions) {
    this.#world = world;
    this.#options = options;
    this.#limits = checkedLimits(options.limits);
  }

  async accept(connection: Connection): Promise<void> {
    const time = new HandshakeTime(this.#world, this.#limits.handshakeTimeout);
    this.#handshakes.add(time);
    this.#dropHandshakesBeyond(this.#options.handshakesMax ?? 256);
    let handler: ChannelHandler | undefined;
    const admit = (peer: Greeting) => {
      if (this.channels >= (this.#options.channelsMax ?? 10_000)) return false;
      handler = this.#options.admit(peer, connection.peerCertificateNames ?? []);
      return handler !== undefined;
    };
    try {
      const { greeting } = this.#options;
      const own = { greeting, messageBytesMax: this.#limits.messageBytesMax };
      const agreement = await receive(connection, own, admit, time.signal);
      this.channels++;
      const counting = this.#counting(handler!);
      new StreamChannel(this.#world, connection, agreement, counting, this.#limits);
    } catch (error) {
      connection.destroy();
      if (handshakeRefused.active) {
        handshakeRefused.publish({ remote: connection.remote, error: asHoldfastError(time.explain(error)) });
      }
    } finally {
      time.letGo();
      this.#handshakes.delete(time);
    }
  }

  dropHandshakes(): void {
    this.#dropHandshakesBeyond(0);
  }

  #dropHandshakesBeyond(count: number): void {
    for (const time of this.#handshakes) {
      if (this.#handshakes.size <= count) return;
      this.#handshakes.delete(time);
      time.abort(new Error('dropped for others'));
    }
  }

  #counting(handler: ChannelHandler): ChannelHandler {
    return {
      opened: (channel) => handler.opened?.(channel),
      message: (bytes, channel) => handler.message(bytes, channel),
      closed: (reason, channel) => {
        this.channels--;
        handler.closed(reason, channel);
      },
    };
  }
}
