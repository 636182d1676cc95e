import type { Address } from '@holdfast/core';
import { acceptChannels, type ChannelListener } from './accept-channels.ts';
import { checkedLimits } from './channel-limits.ts';
import type { ChannelHandler, ChannelLimits, Greeting, MessageChannel } from './message-channel.ts';
import type { NetworkWorld } from './network-world.ts';
import { PeerLink } from './peer-link.ts';
import type { PeerFigures, Peers } from './peers.ts';

export interface PeersOptions {
  /** Who this is. */
  readonly greeting: Greeting;
  /** Where it takes the others' channels; 0 for any free port. */
  readonly port: number;
  /**
   * The name of the peer that greets so, with a certificate of these names; undefined for a stranger, who is not let in.
   * Asked when a channel is made, in either direction, and for all that came in whenever `set` is called.
   */
  identify(peer: Greeting, certificateNames: readonly string[]): string | undefined;
  /** Called with each message from a peer; it must not throw. */
  receive(peer: string, message: Uint8Array): void;
  /** Called when the channel to a peer is there, or gone. */
  connectionChanged?(peer: string, connected: boolean): void;
  /** Default as for channels, but with a handshake of 1 s and probes after 500 ms. */
  readonly limits?: ChannelLimits | undefined;
  /** Microseconds until a channel is tried again: a random part of `min`, doubled each time up to `max`. Default 50 ms and 500 ms. */
  readonly reconnectDelay?: { readonly min?: number; readonly max?: number } | undefined;
}

/**
 * Takes the channels of others, and links to those named by `set`.
 *
 * @throws HoldfastError ADDRESS_IN_USE, INVALID_ARGUMENT.
 */
export async function openPeers(world: NetworkWorld, options: PeersOptions): Promise<Peers> {
  const peers = new LinkedPeers(world, options);
  await peers.listen();
  return peers;
}

/**
 * Each end sends over the channel that it has opened itself, and only hears on those that others opened. So two that call
 * each other at once need not agree on whose call counts, and each finds out by itself when its way is cut. The price is a
 * second connection to each peer.
 */
class LinkedPeers implements Peers {
  readonly #world: NetworkWorld;
  readonly #options: PeersOptions;
  #links: ReadonlyMap<string, PeerLink> = new Map();
  /** The channels that others opened, and who they are. */
  readonly #incoming = new Map<MessageChannel, string>();
  #listener: ChannelListener | undefined;

  constructor(world: NetworkWorld, options: PeersOptions) {
    this.#world = world;
    const limits = checkedLimits({ handshakeTimeout: 1_000_000, idleTimeout: 500_000, ...options.limits });
    this.#options = { ...options, limits };
  }

  get address(): Address {
    return this.#listener!.address;
  }

  async listen(): Promise<void> {
    const { greeting, limits, port } = this.#options;
    const admit = (peer: Greeting, names: readonly string[]) => this.#admit(peer, names);
    this.#listener = await acceptChannels(this.#world, port, { greeting, limits, admit });
  }

  set(peers: ReadonlyMap<string, Address>): void {
    const links = new Map<string, PeerLink>();
    for (const [peer, address] of peers) {
      const link = this.#links.get(peer);
      const { host, port } = link?.address ?? {};
      const same = host === address.host && port === address.port;
      links.set(peer, same ? link! : new PeerLink(this.#world, peer, address, this.#options));
    }
    for (const [peer, link] of this.#links) {
      if (links.get(peer) !== link) link.drop();
    }
    this.#links = links;
    for (const [channel, peer] of this.#incoming) {
      if (this.#options.identify(channel.peer, channel.certificateNames) !== peer) channel.destroy();
    }
  }

  send(peer: string, ...parts: readonly Uint8Array[]): boolean {
    return this.#links.get(peer)?.send(parts) ?? false;
  }

  figures(): readonly PeerFigures[] {
    return Array.from(this.#links.values(), (link) => link.figures);
  }

  async close(): Promise<void> {
    await this.#listener?.close();
    const links = [...this.#links.values()];
    this.#links = new Map();
    const incoming = [...this.#incoming.keys()];
    await Promise.all([...links.map((link) => link.close()), ...incoming.map((channel) => channel.close())]);
  }

  #admit(greeting: Greeting, certificateNames: readonly string[]): ChannelHandler | undefined {
    const peer = this.#options.identify(greeting, certificateNames);
    if (peer === undefined) return undefined;
    return {
      opened: (channel) => {
        // A peer has one channel. An earlier one has not noticed yet that it is dead.
        for (const [earlier, its] of this.#incoming) if (its === peer) earlier.destroy();
        this.#incoming.set(channel, peer);
      },
      message: (bytes) => {
        const link = this.#links.get(peer);
        if (link !== undefined) {
          link.receivedMessages++;
          link.receivedBytes += bytes.length;
        }
        this.#options.receive(peer, bytes);
      },
      closed: (_reason, channel) => void this.#incoming.delete(channel),
    };
  }
}
