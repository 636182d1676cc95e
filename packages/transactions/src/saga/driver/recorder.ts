import { isHoldfastError } from '@holdfast/core';
import { exponential } from '@holdfast/resilience';
import type { RunChange, RunStatus } from '../../ledger/run.ts';
import type { RunContext } from '../../ledger/run-definition.ts';
import type { SagaMachine } from '../records/machine.ts';
import { type EventKind, encodeEvent, type SagaEvent } from '../records/record.ts';
import { Alarm } from './activity.ts';
import { noteOf, runStatusOf } from './run-status.ts';

/** Whose records they are. */
export interface RecorderOwner {
  /** All that was recorded is as durable as it has to be. */
  recorded(): void;
  /** The ledger will never take what was recorded. */
  refused(error: unknown): void;
}

const backoff = exponential({ initial: '50ms', max: '5s' });

/**
 * The records of a saga on their way to its ledger. One append is under way at a time, and is repeated until the ledger takes
 * it; what is recorded meanwhile goes with the next.
 */
export class Recorder {
  /** Whether an append is under way. */
  appending = false;
  /** Of the run, as the last append leaves it. */
  status: RunStatus;
  readonly #run: RunContext;
  readonly #machine: SagaMachine;
  readonly #owner: RecorderOwner;
  /** What the next append takes along, and whether the saga may go on only when that is durable: else order is enough. */
  #pending: Uint8Array[] = [];
  #consumed: number[] | undefined;
  #mustBeDurable = false;
  /** What the append that is under way takes along, should it have to be repeated. */
  #batch: readonly Uint8Array[] = [];
  #wait: 'durable' | 'order' = 'durable';
  #change: RunChange | undefined;
  #failures = 0;
  #again: Alarm | undefined;
  #closed = false;

  constructor(run: RunContext, machine: SagaMachine, owner: RecorderOwner) {
    this.#run = run;
    this.#machine = machine;
    this.#owner = owner;
    this.status = run.status;
  }

  /** Whether there is something for the next append. */
  get waits(): boolean {
    return this.#pending.length > 0;
  }

  /** Applies an event to the machine, and leaves its record for the next append. */
  note(event: SagaEvent): void {
    const { pivotBegan } = this.#machine;
    this.#machine.apply(event);
    this.#pending.push(encodeEvent(event));
    if (this.#machine.ended || !isRepeatable(event.kind, pivotBegan)) this.#mustBeDurable = true;
  }

  /** That message need not be delivered again, once what follows from it is recorded. */
  consume(sequence: number): void {
    this.#consumed ??= [];
    if (!this.#consumed.includes(sequence)) this.#consumed.push(sequence);
  }

  /** Appends what there is. None is under way. */
  flush(): void {
    this.#batch = this.#pending;
    this.#wait = this.#mustBeDurable ? 'durable' : 'order';
    this.#change = this.#changeNow();
    this.#pending = [];
    this.#mustBeDurable = false;
    this.appending = true;
    this.#failures = 0;
    this.#append();
  }

  /** Tells its owner nothing more. */
  close(): void {
    this.#closed = true;
    this.#again?.stop();
  }

  #append(): void {
    this.#run.append(this.#batch, this.#wait, this.#change).then(this.#onAppended, this.#onFailed);
  }

  readonly #onAppended = (): void => {
    this.appending = false;
    if (!this.#closed) this.#owner.recorded();
  };

  readonly #onFailed = (error: unknown): void => {
    if (this.#closed) return;
    // Such as a result that is too long.
    if (isHoldfastError(error) && error.code === 'INVALID_ARGUMENT') {
      this.#owner.refused(error);
      return;
    }
    const { world } = this.#run;
    this.#again ??= new Alarm(world, () => this.#append());
    this.#again.set(world.clock.now() + backoff.delay(++this.#failures, 0, world.random));
  };

  /** What else the next append changes. */
  #changeNow(): RunChange | undefined {
    const status = runStatusOf(this.#machine);
    const consumed = this.#consumed;
    const note = status === 'running' ? undefined : noteOf(this.#machine);
    if (status === this.status && note === undefined && consumed === undefined) return undefined;
    this.status = status;
    this.#consumed = undefined;
    return { status, note, consumed };
  }
}

/**
 * What may wait behind a later record in a pipelined ledger: if a crash loses it, the same is done again under the same key.
 * Before the pivot the end of a step is no such thing, for it is the beginning of the next: were that lost, and the saga
 * then cancelled, nobody would undo it.
 */
function isRepeatable(kind: EventKind, pivotBegan: boolean): boolean {
  return kind === 'attempted' || kind === 'undone' || (kind === 'done' && pivotBegan);
}
