import type { Address } from '@holdfast/core';
import { asHoldfastError, throwIfAborted } from '@holdfast/core';
import { type ChannelLimits, type NetworkWorld, openChannel } from '@holdfast/transport';
import type { ChannelMaker, ClusterChannel } from '../client/cluster-channel.ts';
import { clusterErrors } from '../errors.ts';
import { NativeChannel } from './native-channel.ts';
import { nativeProtocol, nativeVersion } from './native-protocol.ts';

export interface NativeChannelsOptions {
  /** Of the channels. Default as for all channels, but messages of up to 256 MiB, and probes after 1 s. */
  readonly channel?: ChannelLimits | undefined;
}

/** Channels that speak the native protocol: many calls in one piece, and sessions. */
export function nativeChannels(world: NetworkWorld, options: NativeChannelsOptions = {}): ChannelMaker {
  const limits = { messageBytesMax: 268_435_456, idleTimeout: 1_000_000, ...options.channel };
  return {
    sessions: true,
    connect: (endpoint, signal) => connect(world, endpoint, limits, signal),
  };
}

async function connect(
  world: NetworkWorld,
  endpoint: Address,
  limits: ChannelLimits,
  signal: AbortSignal | undefined,
): Promise<ClusterChannel> {
  const channel = new NativeChannel(endpoint);
  const greeting = { protocol: nativeProtocol, version: nativeVersion, identity: new Uint8Array(0) };
  try {
    await openChannel(world, endpoint, { greeting, handler: channel, limits, signal });
  } catch (error) {
    throwIfAborted(signal, 'connect');
    const { host, port } = endpoint;
    throw clusterErrors.create('ENDPOINT_UNAVAILABLE', {
      message: `${host}:${port} cannot be reached: ${asHoldfastError(error).message}`,
      cause: error,
      executed: 'no',
    });
  }
  return channel;
}
