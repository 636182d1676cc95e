import type { BarrierMark, TccOperation } from './barrier-call.ts';

/**
 * What a call is, after what has happened before.
 *
 * - `fresh`: the first of its kind, in order. Its work has to be done.
 * - `duplicate`: done before. The answer is what was answered then.
 * - `lateTry`: a try after its transaction was cancelled. Nothing may be reserved any more; never a success.
 * - `emptyCancel`: a cancel for which there was no try. Nothing to give back, and no try may come any more.
 * - `refused`: it contradicts what is done: a confirm of what is cancelled or was never tried, a cancel of what is
 *   confirmed. Never a success.
 */
export type Judgement = 'fresh' | 'duplicate' | 'lateTry' | 'emptyCancel' | 'refused';

/** The rule of the barrier: pure. */
export function judgeCall(state: BarrierMark['state'], operation: TccOperation): Judgement {
  return judgements[operation][state];
}

const judgements: Readonly<Record<TccOperation, Readonly<Record<BarrierMark['state'], Judgement>>>> = {
  try: { new: 'fresh', tried: 'duplicate', confirmed: 'duplicate', cancelled: 'lateTry', fenced: 'lateTry' },
  confirm: {
    new: 'refused',
    tried: 'fresh',
    confirmed: 'duplicate',
    cancelled: 'refused',
    fenced: 'refused',
  },
  cancel: {
    new: 'emptyCancel',
    tried: 'fresh',
    confirmed: 'refused',
    cancelled: 'duplicate',
    fenced: 'emptyCancel',
  },
};
