import { type AbortSubscriber, Timer } from '@holdfast/core';
import type { Applied } from '../../state/state-machine.ts';

/** Who hears of a proposal that is over without being applied. */
export interface ProposalOwner {
  timedOut(proposal: PendingProposal): void;
  aborted(proposal: PendingProposal, reason: unknown): void;
}

/** A proposal of this member that is not decided yet: its own timer, and its own place among a signal's subscribers. */
export class PendingProposal extends Timer implements AbortSubscriber {
  readonly sequence: number;
  readonly sealed: Uint8Array;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (applied: Applied) => void;
  readonly reject: (error: unknown) => void;
  /** The term in which it was handed to a leader, which takes it in no other; 0 while none has it. */
  term = 0;
  done = false;
  /** Whether only the leader of that term may have it decided: it is never proposed anew. */
  readonly bound: boolean;
  abortSlot = -1;
  readonly #owner: ProposalOwner;

  constructor(
    owner: ProposalOwner,
    sequence: number,
    sealed: Uint8Array,
    signal: AbortSignal | undefined,
    bound: boolean,
    resolve: (applied: Applied) => void,
    reject: (error: unknown) => void,
  ) {
    super();
    this.#owner = owner;
    this.sequence = sequence;
    this.sealed = sealed;
    this.signal = signal;
    this.bound = bound;
    this.resolve = resolve;
    this.reject = reject;
  }

  override fire(): void {
    this.#owner.timedOut(this);
  }

  onAbort(reason: unknown): void {
    this.#owner.aborted(this, reason);
  }
}
