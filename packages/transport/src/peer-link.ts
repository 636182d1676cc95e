import type { Address } from '@holdfast/core';
import { Alarm } from './alarm.ts';
import { handshakeFailed } from './hello.ts';
import type { ChannelHandler, MessageChannel } from './message-channel.ts';
import type { NetworkWorld } from './network-world.ts';
import { openChannel } from './open-channel.ts';
import type { PeersOptions } from './open-peers.ts';
import type { PeerFigures } from './peers.ts';

/** The channel to one peer, made anew whenever it breaks. */
export class PeerLink {
  readonly peer: string;
  readonly address: Address;
  connects = 0;
  sentMessages = 0;
  sentBytes = 0;
  receivedMessages = 0;
  receivedBytes = 0;
  droppedMessages = 0;
  readonly #world: NetworkWorld;
  readonly #options: PeersOptions;
  readonly #delay: Required<NonNullable<PeersOptions['reconnectDelay']>>;
  readonly #stop = new AbortController();
  readonly #redial: Alarm = new Alarm(() => void this.#dial());
  readonly #handler: ChannelHandler = {
    opened: (channel) => this.#opened(channel),
    // Messages go one way. Who sends some all the same is not harmed.
    message: () => {},
    closed: () => this.#lost(),
  };
  #channel: MessageChannel | undefined;
  #openedAt = 0;
  /** Times that it was tried since a channel last lasted. */
  #attempts = 0;

  constructor(world: NetworkWorld, peer: string, address: Address, options: PeersOptions) {
    this.#world = world;
    this.peer = peer;
    this.address = address;
    this.#options = options;
    const { min = 50_000, max = 500_000 } = options.reconnectDelay ?? {};
    this.#delay = { min, max };
    void this.#dial();
  }

  get figures(): PeerFigures {
    return {
      peer: this.peer,
      connected: this.#channel !== undefined,
      connects: this.connects,
      sentMessages: this.sentMessages,
      sentBytes: this.sentBytes,
      receivedMessages: this.receivedMessages,
      receivedBytes: this.receivedBytes,
      droppedMessages: this.droppedMessages,
      queuedBytes: this.#channel?.queuedBytes ?? 0,
      roundTrip: this.#channel?.roundTrip,
    };
  }

  send(parts: readonly Uint8Array[]): boolean {
    if (this.#channel?.send(...parts) !== true) {
      this.droppedMessages++;
      return false;
    }
    this.sentMessages++;
    for (const part of parts) this.sentBytes += part.length;
    return true;
  }

  drop(): void {
    this.#stop.abort();
    this.#world.timers.disarm(this.#redial);
    this.#channel?.destroy();
  }

  async close(): Promise<void> {
    const channel = this.#channel;
    this.#stop.abort();
    this.#world.timers.disarm(this.#redial);
    await channel?.close();
  }

  async #dial(): Promise<void> {
    const { greeting, limits } = this.#options;
    const { signal } = this.#stop;
    try {
      await openChannel(this.#world, this.address, { greeting, handler: this.#handler, limits, signal });
    } catch {
      this.#retry();
    }
  }

  #opened(channel: MessageChannel): void {
    const name = this.#options.identify(channel.peer, channel.certificateNames);
    if (name !== this.peer) {
      const { host, port } = this.address;
      channel.destroy(
        handshakeFailed(`at ${host}:${port} answers ${name ?? 'a stranger'}, not ${this.peer}`),
      );
      return;
    }
    this.#channel = channel;
    this.connects++;
    this.#openedAt = this.#world.clock.now();
    this.#options.connectionChanged?.(this.peer, true);
  }

  #lost(): void {
    if (this.#channel !== undefined) {
      this.#channel = undefined;
      if (this.#world.clock.now() - this.#openedAt >= this.#delay.max) this.#attempts = 0;
      this.#options.connectionChanged?.(this.peer, false);
    }
    this.#retry();
  }

  /** After a delay that grows twofold, of which chance takes any part, so that not all come back at once. */
  #retry(): void {
    if (this.#stop.signal.aborted) return;
    const { clock, random, timers } = this.#world;
    const { min, max } = this.#delay;
    const ceiling = Math.min(max, min * 2 ** Math.min(this.#attempts, 30));
    this.#attempts++;
    timers.arm(this.#redial, clock.now() + random.below(ceiling) + 1);
  }
}
