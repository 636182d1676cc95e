import { type HoldfastError, isHoldfastError, type JsonValue } from '@holdfast/core';
import { transactionErrors } from '../errors.ts';
import type { Barrier } from './barrier.ts';
import { checkTccCall, type TccCall, type TccReply } from './tcc-call.ts';

/** One who takes part, as a coordinator sees it: in this process, or a client of one elsewhere. */
export interface Participant {
  /** Does what is asked for, once however often it is asked. What it throws counts as no answer: the call comes again. */
  call(call: TccCall, signal: AbortSignal): Promise<TccReply>;
  /** Rejects when it is not fit to reserve anything. */
  check?(signal: AbortSignal): Promise<void>;
}

/** What a participant does. All of it writes in the transaction that it is given, and nowhere else. */
export interface ParticipantWork<Transaction> {
  /** Runs `work` in a transaction of the participant's own database: all happens, or nothing when it throws. */
  transact<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  readonly barrier: Barrier<Transaction>;
  /** Reserves what is asked for. What it gives is recorded. Throws {@link declined} when it will not. */
  try(
    transaction: Transaction,
    request: JsonValue | undefined,
    call: TccCall,
  ): Promise<JsonValue | undefined>;
  /** Takes what is reserved. It must not be able to fail for good. `reserved`: what its try gave. */
  confirm(transaction: Transaction, reserved: JsonValue | undefined, call: TccCall): Promise<void>;
  /** Gives back what is reserved. It must not be able to fail for good. */
  cancel(transaction: Transaction, reserved: JsonValue | undefined, call: TccCall): Promise<void>;
}

/** A participant of its work and a barrier: calls that come twice, late or out of order do no harm. */
export function tccParticipant<Transaction>(work: ParticipantWork<Transaction>): Participant {
  const act = (transaction: Transaction, call: TccCall, reserved: JsonValue | undefined) => {
    if (call.operation === 'try') return work.try(transaction, call.request, call);
    return work[call.operation](transaction, reserved, call).then(() => undefined);
  };
  return {
    async call(call) {
      checkTccCall(call);
      try {
        return await work.transact((transaction) =>
          work.barrier(transaction, call, (reserved) => act(transaction, call, reserved)),
        );
      } catch (error) {
        if (isHoldfastError(error) && error.code === 'TRY_DECLINED') {
          return { verdict: 'declined', reason: error.message };
        }
        throw error;
      }
    },
  };
}

/** What a try throws that will not reserve anything: the transaction is cancelled. */
export function declined(reason: string): HoldfastError<'TRY_DECLINED'> {
  return transactionErrors.create('TRY_DECLINED', { message: reason, stack: false });
}
