import type { ChannelLimits } from '@holdfast/transport';

/**
 * Between threads of one process nothing gets lost, and a thread that ends is noticed at once. One that is silent is busy,
 * for as long as it likes.
 */
export const patientChannels: Omit<ChannelLimits, 'messageBytesMax'> = {
  idleTimeout: 3_600_000_000,
  handshakeTimeout: 60_000_000,
};
