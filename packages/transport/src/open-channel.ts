import type { Address, Connection } from '@holdfast/core';
import { checkedLimits } from './channel-limits.ts';
import { type Agreement, introduce } from './handshake.ts';
import { HandshakeTime } from './handshake-time.ts';
import type { ChannelHandler, ChannelLimits, Greeting, MessageChannel } from './message-channel.ts';
import type { NetworkWorld } from './network-world.ts';
import { StreamChannel } from './stream-channel.ts';

export interface OpenChannelOptions {
  readonly greeting: Greeting;
  readonly handler: ChannelHandler;
  readonly limits?: ChannelLimits | undefined;
  /** Calls the opening off. It does nothing to a channel that is open. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connects to `to` and says who it is.
 *
 * @throws HoldfastError those of `Network.connect`; HANDSHAKE_FAILED, MALFORMED_FRAME; ABORTED.
 */
export function openChannel(
  world: NetworkWorld,
  to: Address,
  options: OpenChannelOptions,
): Promise<MessageChannel> {
  return open(world, (signal) => world.network.connect(to, { signal }), options);
}

/** As {@link openChannel}, over a connection that is there already. It belongs to the channel from now on. */
export function openChannelOver(
  world: NetworkWorld,
  connection: Connection,
  options: OpenChannelOptions,
): Promise<MessageChannel> {
  return open(world, async () => connection, options);
}

async function open(
  world: NetworkWorld,
  connect: (signal: AbortSignal) => Promise<Connection>,
  { greeting, handler, limits, signal }: OpenChannelOptions,
): Promise<MessageChannel> {
  const checked = checkedLimits(limits);
  const time = new HandshakeTime(world, checked.handshakeTimeout, signal);
  let connection: Connection | undefined;
  let agreement: Agreement;
  try {
    connection = await connect(time.signal);
    const own = { greeting, messageBytesMax: checked.messageBytesMax };
    agreement = await introduce(connection, own, world.clock, time.signal);
  } catch (error) {
    connection?.destroy();
    throw time.explain(error);
  } finally {
    time.letGo();
  }
  return new StreamChannel(world, connection, agreement, handler, checked);
}
