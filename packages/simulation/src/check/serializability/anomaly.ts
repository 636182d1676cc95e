import { canonicalText } from '../canonical-text.ts';
import type { Transaction, TransactionAnswer, TransactionOperation } from './transaction.ts';

/**
 * What can be wrong with a history of transactions, after Adya (1999) and Kingsbury & Alvaro (Elle, 2020):
 * - `internal`: a read disagrees with what the same transaction read or appended before;
 * - `G1a`: a read of a failed transaction's append; `G1b`: a read between two appends of one transaction to one key;
 * - `unwritten`: a value that nobody appended; `duplicate`: a value twice in one list; `incompatible-orders`: two
 *   lists of one key, none of which continues the other, or one that tears a transaction's appends apart;
 * - `lost-append`: missing from every list that was read after it was acknowledged;
 * - `G0`, `G1c`, `G-single`, `G-nonadjacent`, `G2-item`: cycles of dependencies, of appends only, with reads of
 *   appends, with one read of what was about to be replaced, with several of them apart, with several side by side;
 * - `...-realtime`: such a cycle in which a transaction had ended before the next began.
 */
export type AnomalyKind =
  | 'internal'
  | 'G1a'
  | 'G1b'
  | 'unwritten'
  | 'duplicate'
  | 'incompatible-orders'
  | 'lost-append'
  | CycleKind
  | `${CycleKind}-realtime`;

export type CycleKind = 'G0' | 'G1c' | 'G-single' | 'G-nonadjacent' | 'G2-item';

export interface Anomaly {
  readonly kind: AnomalyKind;
  /** The transactions that show it; of a cycle, in its order. */
  readonly transactions: readonly TransactionOperation[];
  /** For people, a line for each step. */
  readonly text: string;
}

/** A transaction in one line, such as `#3 c1 [append x 4, read y -> [1,2]]`. */
export function describeTransaction({ id, client, input, output, outcome }: TransactionOperation): string {
  return `#${id} ${client} ${describeSteps(input, output)}${outcome === 'ok' ? '' : `, ${outcome}`}`;
}

function describeSteps(input: Transaction, output: TransactionAnswer | undefined): string {
  const steps = input.map((step, index) => {
    if (step.kind === 'append') return `append ${step.key} ${canonicalText(step.value)}`;
    const list = output?.[index];
    return `read ${step.key}${list ? ` -> ${canonicalText(list)}` : ''}`;
  });
  return `[${steps.join(', ')}]`;
}
