import type { HoldfastError } from '@holdfast/core';
import { transactionErrors } from '../errors.ts';
import type { TccReply } from './tcc-call.ts';

/** Why a try has not reserved anything that could be confirmed; undefined when it has. */
export function refusalOfTry(participant: string, reply: TccReply): HoldfastError | undefined {
  switch (reply.verdict) {
    case 'fresh':
    case 'duplicate':
      return undefined;
    case 'declined':
      return transactionErrors.create('TRY_DECLINED', {
        message: `${participant}: ${reply.reason}`,
        context: { participant },
      });
    default:
      return transactionErrors.create('TRY_DECLINED', {
        message: `${participant} has cancelled its part before it was tried: ${reply.verdict}`,
        context: { participant, verdict: reply.verdict },
      });
  }
}

/** What a participant has done instead of what was decided; undefined when it has done that. */
export function contradiction(wanted: 'confirm' | 'cancel', reply: TccReply): string | undefined {
  switch (reply.verdict) {
    case 'fresh':
    case 'duplicate':
      return undefined;
    case 'emptyCancel':
      return wanted === 'cancel' ? undefined : reply.verdict;
    case 'refused':
      return reply.state === 'new' ? 'nothing reserved' : reply.state;
    default:
      return reply.verdict;
  }
}
