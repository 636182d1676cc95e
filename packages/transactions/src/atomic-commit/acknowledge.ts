import { AbortableWait } from '@holdfast/core';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunContext } from '../ledger/run-definition.ts';

const text = 'acknowledge';

/** Leaves the message that lets a transaction with a heuristic outcome end. */
export function acknowledge(ledger: Ledger, id: string): Promise<'posted' | 'ended' | 'unknown'> {
  return ledger.post(id, new TextEncoder().encode(text));
}

/** The acknowledgements that come for a run. Those that come while nothing is to be acknowledged change nothing. */
export class Acknowledgements {
  readonly #run: RunContext;
  #wait: AbortableWait<number> | undefined;

  constructor(run: RunContext) {
    this.#run = run;
    run.onMessage = ({ sequence, bytes }) => {
      if (this.#wait !== undefined && new TextDecoder().decode(bytes) === text) this.#wait.resolve(sequence);
      else void run.append([], 'order', { consumed: [sequence] }).catch(() => {});
    };
  }

  /** The sequence of the next one. Not consumed yet. Called once. */
  next(): Promise<number> {
    this.#wait = new AbortableWait('waiting for an operator', this.#run.signal);
    return this.#wait.promise;
  }
}
