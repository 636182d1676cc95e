import { invalidArgument, type JsonValue } from '@holdfast/core';
import { transactionErrors } from '../errors.ts';
import type { BarrierCall, BarrierMark } from './barrier-call.ts';
import { checkBarrierCall } from './check-barrier-call.ts';

/**
 * What a participant is asked to do: plain JSON, so that any transport can carry it. An HTTP participant takes it as the body
 * of a POST and answers with a {@link TccReply}; every other answer is taken for none, and the call comes again.
 */
export interface TccCall extends BarrierCall {
  /** The same each time that this call comes, and of no other: `<transaction>/<branch>/<operation>`. */
  readonly key: string;
  /**
   * Of the coordinator: a call of a lower one than was seen before is of a coordinator that has been replaced. The cancel of a
   * reservation that has expired is of no coordinator and has none: the barrier alone judges it.
   */
  readonly epoch?: number | undefined;
  /** What is asked for: with a try. */
  readonly request?: JsonValue | undefined;
}

/** What a participant answers: the barrier's verdict, or that it will not do it. */
export type TccReply =
  | { readonly verdict: 'fresh' | 'duplicate'; readonly result?: JsonValue | undefined }
  | { readonly verdict: 'lateTry' }
  | { readonly verdict: 'emptyCancel' }
  | { readonly verdict: 'refused'; readonly state: BarrierMark['state'] }
  /** Of a try: nothing is reserved. */
  | { readonly verdict: 'declined'; readonly reason: string };

/** @throws HoldfastError INVALID_ARGUMENT naming the field. */
export function checkTccCall(call: TccCall): void {
  checkBarrierCall(call);
  if (call.key !== keyOf(call)) throw invalidArgument('call.key', call.key, keyOf(call));
  const { epoch, operation } = call;
  if (epoch === undefined ? operation !== 'cancel' : !(Number.isSafeInteger(epoch) && epoch >= 0)) {
    throw invalidArgument('call.epoch', epoch, 'a whole number from 0');
  }
}

export function keyOf({ transaction, branch, operation }: BarrierCall): string {
  return `${transaction}/${branch}/${operation}`;
}

const verdicts: ReadonlySet<unknown> = new Set([
  'fresh',
  'duplicate',
  'lateTry',
  'emptyCancel',
  'refused',
  'declined',
]);

/**
 * `value`, as it came from a participant, if it is a reply.
 *
 * @throws HoldfastError PARTICIPANT_UNAVAILABLE: whatever it was, the call has not been answered.
 */
export function readTccReply(value: unknown, participant: string): TccReply {
  const reply = value as Partial<TccReply> | null;
  if (typeof reply === 'object' && reply !== null && verdicts.has(reply.verdict)) return reply as TccReply;
  throw participantUnavailable(participant, 'has given an answer that is no reply');
}

export function participantUnavailable(participant: string, what: string, cause?: unknown): Error {
  return transactionErrors.create('PARTICIPANT_UNAVAILABLE', { message: `${participant} ${what}`, cause });
}
