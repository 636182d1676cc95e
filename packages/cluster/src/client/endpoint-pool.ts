import { coordinationErrors } from '@holdfast/coordination';
import { type Address, asHoldfastError, assert, type HoldfastError, sleep, type World } from '@holdfast/core';
import { clusterErrors } from '../errors.ts';
import type { ChannelMaker, ClusterChannel } from './cluster-channel.ts';
import type { EndpointReport } from './inspected-client.ts';
import { orAborted } from './or-aborted.ts';
import { TimeLimit } from './time-limit.ts';

export interface EndpointPoolOptions {
  readonly world: World;
  readonly channels: ChannelMaker;
  readonly endpoints: readonly Address[];
  /** Microseconds that a connection may take. */
  readonly connectTimeout: number;
  /** Microseconds that an endpoint is left alone after its first failure; doubled with each one after it. */
  readonly retryDelay: number;
  readonly retryDelayMax: number;
}

interface Endpoint {
  readonly address: Address;
  channel: ClusterChannel | undefined;
  connecting: Promise<ClusterChannel> | undefined;
  /** Failures since it last answered. */
  failures: number;
  /** And all that there were. */
  allFailures: number;
  lastFailure: string | undefined;
  /** It is left alone until then. */
  retryAt: number;
}

/**
 * The endpoints of one cluster, each with a connection when it is needed. Stays with one that works; moves on when it
 * fails, and leaves failing ones alone for a growing, jittered while.
 */
export class EndpointPool {
  /** The last failure of any endpoint: why nothing works, when nothing does. */
  lastFailure: unknown;
  readonly #options: EndpointPoolOptions;
  readonly #endpoints: readonly Endpoint[];
  readonly #connects = new Set<TimeLimit>();
  #preferred: number;
  #closed = false;

  constructor(options: EndpointPoolOptions) {
    this.#options = options;
    this.#endpoints = options.endpoints.map((address) => ({
      address,
      channel: undefined,
      connecting: undefined,
      failures: 0,
      allFailures: 0,
      lastFailure: undefined,
      retryAt: 0,
    }));
    // Many clients of one configuration would otherwise all begin with the first.
    this.#preferred = options.world.random.below(this.#endpoints.length);
  }

  get size(): number {
    return this.#endpoints.length;
  }

  /** How they are, in the order in which they were given. */
  report(): readonly EndpointReport[] {
    const now = this.#options.world.clock.now();
    return this.#endpoints.map((endpoint, index) => {
      const { address, allFailures: failures, channel, lastFailure, retryAt } = endpoint;
      const connected = channel?.usable === true;
      const first = connected && index === this.#preferred;
      const state = retryAt > now ? 'avoided' : first ? 'used' : connected ? 'connected' : 'idle';
      return { host: address.host, port: address.port, state, failures, lastFailure };
    });
  }

  /** The channel to `address`, or to the first endpoint that is to be asked; undefined where there is none yet. */
  ready(address: Address | undefined): ClusterChannel | undefined {
    const channel = (address === undefined ? this.#choose() : this.#at(address))?.channel;
    return channel?.usable === true ? channel : undefined;
  }

  /** A channel that is ready, of the first endpoint that has one; waits until there is, or the signal aborts. */
  async channel(signal: AbortSignal): Promise<ClusterChannel> {
    const { world } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      const endpoint = this.#choose();
      if (endpoint?.channel?.usable === true) return endpoint.channel;
      try {
        if (endpoint !== undefined) return await orAborted(this.#connect(endpoint), signal);
      } catch {
        // Noted where it connects, or aborted, which is seen above.
        continue;
      }
      const soonest = Math.min(...this.#endpoints.map(({ retryAt }) => retryAt));
      await sleep(`${Math.max(1, soonest - world.clock.now())}us`, { world, signal });
    }
  }

  /** A channel to this endpoint and no other. @throws HoldfastError ENDPOINT_UNAVAILABLE. */
  async channelTo(address: Address, signal: AbortSignal): Promise<ClusterChannel> {
    const endpoint = this.#at(address);
    if (endpoint === undefined) {
      const { host, port } = address;
      throw clusterErrors.create('ENDPOINT_UNAVAILABLE', {
        message: `${host}:${port} is not one of the endpoints of this client: name it among them`,
        executed: 'no',
      });
    }
    if (endpoint.channel?.usable === true) return endpoint.channel;
    return orAborted(this.#connect(endpoint), signal);
  }

  /** A channel that nobody else uses, to this endpoint or to the preferred one; its user closes it. */
  async ownChannel(address: Address | undefined, signal: AbortSignal): Promise<ClusterChannel> {
    const { endpoint } = address === undefined ? await this.channel(signal) : { endpoint: address };
    return this.#options.channels.connect(endpoint, signal);
  }

  /** The endpoint has answered. */
  succeeded(channel: ClusterChannel): void {
    const endpoint = this.#of(channel);
    if (endpoint === undefined) return;
    endpoint.failures = 0;
    endpoint.retryAt = 0;
    this.lastFailure = undefined;
  }

  /** The endpoint could not serve a call: others are tried first from now on. */
  failed(channel: ClusterChannel, error: unknown): void {
    const endpoint = this.#of(channel);
    // Calls that fail together are one failure.
    if (endpoint === undefined || endpoint.retryAt > this.#options.world.clock.now()) return;
    this.#mark(endpoint, error);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const connect of this.#connects) connect.abort(storeClosed());
    await Promise.allSettled(this.#endpoints.map(({ channel }) => channel?.close()));
  }

  #at({ host, port }: Address): Endpoint | undefined {
    return this.#endpoints.find(({ address }) => address.host === host && address.port === port);
  }

  #of(channel: ClusterChannel): Endpoint | undefined {
    for (const endpoint of this.#endpoints) if (endpoint.channel === channel) return endpoint;
    return undefined;
  }

  /** The preferred endpoint, or the next one that is not to be left alone. */
  #choose(): Endpoint | undefined {
    const { clock } = this.#options.world;
    for (let step = 0; step < this.#endpoints.length; step++) {
      const index = (this.#preferred + step) % this.#endpoints.length;
      const endpoint = this.#endpoints[index];
      assert(endpoint !== undefined, 'the preferred endpoint is one of them');
      if (endpoint.retryAt > 0 && endpoint.retryAt > clock.now()) continue;
      this.#preferred = index;
      return endpoint;
    }
    return undefined;
  }

  #connect(endpoint: Endpoint): Promise<ClusterChannel> {
    if (endpoint.connecting === undefined) {
      endpoint.connecting = this.#open(endpoint).finally(() => {
        endpoint.connecting = undefined;
      });
      // Those who wait may all have given up.
      endpoint.connecting.catch(() => {});
    }
    return endpoint.connecting;
  }

  async #open(endpoint: Endpoint): Promise<ClusterChannel> {
    const { world, channels, connectTimeout } = this.#options;
    const { host, port } = endpoint.address;
    const limit = new TimeLimit(world, connectTimeout, () =>
      clusterErrors.create('ENDPOINT_UNAVAILABLE', {
        message: `${host}:${port} could not be connected in time: it may be down, or speak another protocol`,
        executed: 'no',
      }),
    );
    this.#connects.add(limit);
    try {
      void endpoint.channel?.close();
      endpoint.channel = undefined;
      const connecting = channels.connect(endpoint.address, limit.signal);
      // A maker that is slow to heed the signal must not hold anybody up.
      connecting.then(
        (channel) => this.#keepOrDrop(endpoint, channel, limit.signal),
        () => {},
      );
      const channel = await orAborted(connecting, limit.signal);
      return channel;
    } catch (error) {
      this.#mark(endpoint, error);
      throw error;
    } finally {
      limit.end();
      this.#connects.delete(limit);
    }
  }

  #keepOrDrop(endpoint: Endpoint, channel: ClusterChannel, signal: AbortSignal): void {
    if (signal.aborted || this.#closed) void channel.close();
    else endpoint.channel = channel;
  }

  #mark(endpoint: Endpoint, error: unknown): void {
    const { world, retryDelay, retryDelayMax } = this.#options;
    this.lastFailure = error;
    const delay = Math.min(retryDelayMax, retryDelay * 2 ** Math.min(endpoint.failures, 20));
    endpoint.failures += 1;
    endpoint.allFailures += 1;
    endpoint.lastFailure = asHoldfastError(error).code;
    // Half of it at random: clients that lost one server together do not come back together.
    endpoint.retryAt =
      world.clock.now() + Math.ceil(delay / 2) + world.random.below(Math.ceil(delay / 2) + 1);
    this.#preferred = (this.#endpoints.indexOf(endpoint) + 1) % this.#endpoints.length;
  }
}

export function storeClosed(): HoldfastError {
  return coordinationErrors.create('STORE_CLOSED', { message: 'this client of the store is closed' });
}
