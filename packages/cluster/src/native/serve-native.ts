import type { Address } from '@holdfast/core';
import {
  acceptChannels,
  type ChannelLimits,
  type ChannelListener,
  type NetworkWorld,
} from '@holdfast/transport';
import type { MethodTable } from '../services/call.ts';
import { batchRoom, nativeProtocol, nativeVersion } from './native-protocol.ts';
import { ServedChannel } from './served-channel.ts';

export interface NativeServerOptions {
  /** Bytes of the largest request. Default 2 MiB: etcd's 1.5 MiB and what it adds for overhead. */
  readonly messageBytesMax?: number | undefined;
  /** Clients at once. Default 10,000. */
  readonly clientsMax?: number | undefined;
  /** Unary calls under way for one client, and the bytes of their requests. More are refused. Default 10,000 and 64 MiB. */
  readonly callsMax?: number | undefined;
  readonly requestBytesMax?: number | undefined;
  /** Streams of one client. More are refused. Default 1,000. */
  readonly streamsMax?: number | undefined;
  /** Of the channels. `messageBytesMax` is the one above. */
  readonly channel?: Omit<ChannelLimits, 'messageBytesMax'> | undefined;
}

export interface NativeServer {
  readonly address: Address;
  /** Clients that are connected. */
  readonly clients: number;
  /**
   * Takes no more clients and calls, ends streams as UNAVAILABLE so that their clients go elsewhere, and answers the
   * unary calls under way. Resolves when all clients are gone; `destroy` ends the wait.
   */
  drain(): Promise<void>;
  /** Drops all clients. */
  destroy(): Promise<void>;
}

/** Serves a table of methods to clients of the native protocol. @throws HoldfastError ADDRESS_IN_USE, INVALID_ARGUMENT. */
export async function serveNative(
  world: NetworkWorld,
  port: number,
  methods: MethodTable,
  options: NativeServerOptions = {},
): Promise<NativeServer> {
  const server = new Server(world, methods, options);
  await server.listen(port);
  return server;
}

class Server implements NativeServer {
  readonly #world: NetworkWorld;
  readonly #methods: MethodTable;
  readonly #options: NativeServerOptions;
  readonly #clients = new Set<ServedChannel>();
  #listener!: ChannelListener;
  #whenEmpty: (() => void)[] = [];

  constructor(world: NetworkWorld, methods: MethodTable, options: NativeServerOptions) {
    this.#world = world;
    this.#methods = methods;
    this.#options = options;
  }

  get address(): Address {
    return this.#listener.address;
  }

  get clients(): number {
    return this.#clients.size;
  }

  async listen(port: number): Promise<void> {
    const { messageBytesMax = 2_097_152, clientsMax = 10_000, channel } = this.#options;
    this.#listener = await acceptChannels(this.#world, port, {
      greeting: { protocol: nativeProtocol, version: nativeVersion, identity: new Uint8Array(0) },
      admit: () => this.#newClient(),
      limits: { ...channel, messageBytesMax: messageBytesMax + batchRoom },
      channelsMax: clientsMax,
    });
  }

  async drain(): Promise<void> {
    await this.#listener.close();
    for (const client of this.#clients) client.drain();
    if (this.#clients.size > 0) await new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
  }

  async destroy(): Promise<void> {
    await this.#listener.close();
    for (const client of [...this.#clients]) client.destroy();
  }

  #newClient(): ServedChannel {
    const { callsMax = 10_000, requestBytesMax = 67_108_864, streamsMax = 1_000 } = this.#options;
    const limits = { callsMax, requestBytesMax, streamsMax };
    return new ServedChannel(this.#methods, this.#world, limits, {
      opened: (client) => void this.#clients.add(client),
      closed: (client) => {
        this.#clients.delete(client);
        if (this.#clients.size === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve();
      },
    });
  }
}
