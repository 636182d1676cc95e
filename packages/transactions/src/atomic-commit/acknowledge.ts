import { AbortableWait, invalidArgument } from '@holdfast/core';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunContext } from '../ledger/run-definition.ts';
import type { RunAction } from '../ledger/run-inspection.ts';
import type { Heuristic } from './outcome.ts';

const text = 'acknowledge';

/** Leaves the message that lets a transaction with a heuristic outcome end. */
export function acknowledge(ledger: Ledger, id: string): Promise<'posted' | 'ended' | 'unknown'> {
  return ledger.post(id, acknowledgement());
}

/** That message, for the one action that an operator has: `resolve`. */
export function acknowledgementFor({ name }: RunAction): Uint8Array {
  if (name !== 'resolve')
    throw invalidArgument('action', name, 'resolve, which acknowledges a heuristic outcome');
  return acknowledgement();
}

function acknowledgement(): Uint8Array {
  return new TextEncoder().encode(text);
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

  /**
   * Shows the run as stuck because of `heuristics`, and waits for an operator. The sequence of the message, which is not
   * consumed yet. Called once.
   */
  async next(heuristics: readonly Heuristic[]): Promise<number> {
    const wait = new AbortableWait<number>('waiting for an operator', this.#run.signal);
    wait.promise.catch(() => {});
    this.#wait = wait;
    await this.#run.append([], 'durable', { status: 'stuck', note: heuristicNote(heuristics) });
    return wait.promise;
  }
}

/** What a run's note says of them. */
export function heuristicNote(heuristics: readonly Heuristic[]): string {
  const each = heuristics.map(({ participant, found }) => `${participant}: ${found}`);
  return `heuristic outcome: ${each.join(', ')}`.slice(0, 500);
}
