export { type TransportErrorCode, transportErrors } from './errors.ts';
export type { ChannelHandler, ChannelLimits, Greeting, MessageChannel } from './message-channel.ts';
export type { PeerFigures, Peers } from './peers.ts';
