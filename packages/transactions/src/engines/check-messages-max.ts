import { invalidArgument } from '@holdfast/core';

export interface MessageOptions {
  /** As many messages may wait for one run; more are refused with LEDGER_MESSAGES_FULL. Default 1,000. */
  readonly messagesMax?: number | undefined;
}

export function checkMessagesMax({ messagesMax = 1_000 }: MessageOptions): number {
  if (!(Number.isSafeInteger(messagesMax) && messagesMax >= 1)) {
    throw invalidArgument('messagesMax', messagesMax, 'a whole number from 1');
  }
  return messagesMax;
}
