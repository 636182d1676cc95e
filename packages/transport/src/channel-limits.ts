import { invalidArgument } from '@holdfast/core';
import { headerBytes } from './frame.ts';
import type { ChannelLimits } from './message-channel.ts';

const mebibyte = 1_048_576;
const second = 1_000_000;

/** `limits` with defaults. @throws HoldfastError INVALID_ARGUMENT. */
export function checkedLimits(limits: ChannelLimits = {}): Required<ChannelLimits> {
  const {
    messageBytesMax = 16 * mebibyte,
    queueBytesMax = 64 * mebibyte,
    handshakeTimeout = 5 * second,
    idleTimeout = 10 * second,
  } = limits;
  check('messageBytesMax', messageBytesMax, 2 ** 32 - 1);
  check('queueBytesMax', queueBytesMax, Number.MAX_SAFE_INTEGER);
  check('handshakeTimeout', handshakeTimeout, Number.MAX_SAFE_INTEGER);
  check('idleTimeout', idleTimeout, Number.MAX_SAFE_INTEGER);
  if (queueBytesMax <= headerBytes)
    throw invalidArgument('queueBytesMax', queueBytesMax, 'room for a message');
  return { messageBytesMax, queueBytesMax, handshakeTimeout, idleTimeout };
}

function check(field: string, value: number, max: number): void {
  if (!(Number.isSafeInteger(value) && value >= 1 && value <= max)) {
    throw invalidArgument(field, value, `a whole number from 1 to ${max}`);
  }
}
