export {
  type AcceptChannelsOptions,
  acceptChannels,
  type ChannelListener,
  type HandshakeRefused,
  handshakeRefused,
} from './accept-channels.ts';
export { type TransportErrorCode, transportErrors } from './errors.ts';
export type { ChannelHandler, ChannelLimits, Greeting, MessageChannel } from './message-channel.ts';
export type { NetworkWorld } from './network-world.ts';
export { type OpenChannelOptions, openChannel, openChannelOver } from './open-channel.ts';
export { openPeers, type PeersOptions } from './open-peers.ts';
export type { PeerFigures, Peers } from './peers.ts';
export { type NodePort, portConnection, type WebPort } from './port-connection.ts';
