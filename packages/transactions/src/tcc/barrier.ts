import type { JsonValue } from '@holdfast/core';
import type { BarrierCall, BarrierMark, TccOperation } from './barrier-call.ts';
import type { BarrierStorage } from './barrier-storage.ts';
import { checkBarrierCall } from './check-barrier-call.ts';
import { judgeCall } from './judge-call.ts';

/** What a barrier answers. Only `fresh` and `duplicate` are successes of the call's own operation. */
export type BarrierVerdict<Result extends JsonValue | undefined> =
  | { readonly verdict: 'fresh'; readonly result: Result }
  /** What was given then. */
  | { readonly verdict: 'duplicate'; readonly result: Result }
  | { readonly verdict: 'lateTry' }
  | { readonly verdict: 'emptyCancel' }
  /** What stands in its way. */
  | { readonly verdict: 'refused'; readonly state: BarrierMark['state'] };

/** Judges a call, and does its work when it is fresh. */
export type Barrier<Transaction> = <Result extends JsonValue | undefined>(
  transaction: Transaction,
  call: BarrierCall,
  /** `reserved`: what the work of the branch's try gave, in a confirm or cancel. */
  work: (reserved: JsonValue | undefined) => Promise<Result>,
) => Promise<BarrierVerdict<Result>>;

/**
 * The barrier of a participant: it makes calls that come twice, out of order or not at all harmless. It writes in the
 * participant's own database transaction, the one that the work writes in, so that both happen or neither:
 *
 *     const verdict = await barrier(transaction, call, () => reserveSeats(transaction, request));
 *
 * When `work` throws, the error is passed on: roll the transaction back then, and the call may come again.
 */
export function createBarrier<Transaction>(storage: BarrierStorage<Transaction>): Barrier<Transaction> {
  return async <Result extends JsonValue | undefined>(
    transaction: Transaction,
    call: BarrierCall,
    work: (reserved: JsonValue | undefined) => Promise<Result>,
  ): Promise<BarrierVerdict<Result>> => {
    checkBarrierCall(call);
    const mark = await storage.lock(transaction, call);
    const { operation } = call;
    const judgement = judgeCall(mark.state, operation);
    switch (judgement) {
      case 'fresh': {
        const result = await work(mark.results.try);
        await storage.write(transaction, call, marked(mark, call, result));
        return { verdict: 'fresh', result };
      }
      case 'duplicate':
        return { verdict: 'duplicate', result: mark.results[operation] as Result };
      case 'lateTry':
        return { verdict: 'lateTry' };
      case 'emptyCancel':
        if (mark.state === 'new') await storage.write(transaction, call, { ...mark, state: 'fenced' });
        return { verdict: 'emptyCancel' };
      case 'refused':
        return { verdict: 'refused', state: mark.state };
    }
  };
}

const after = { try: 'tried', confirm: 'confirmed', cancel: 'cancelled' } as const;

function marked(mark: BarrierMark, call: BarrierCall, result: JsonValue | undefined): BarrierMark {
  const operation: TccOperation = call.operation;
  return {
    state: after[operation],
    expiresAt: operation === 'try' ? call.expiresAt : mark.expiresAt,
    results: result === undefined ? mark.results : { ...mark.results, [operation]: result },
  };
}
