import type { Entry } from '@holdfast/coordination';

/** Those who have lined up for a key stand in the order of their transactions, and within one as it says. */
export function firstInLine(line: readonly Entry[]): Entry | undefined {
  let first: Entry | undefined;
  for (const entry of line) if (first === undefined || comesBefore(entry, first)) first = entry;
  return first;
}

/** What a place in a line is written as: `turn` among those that one worker asks for. */
export function turnBytes(turn: number): Uint8Array {
  return encoder.encode(String(turn));
}

function comesBefore(a: Entry, b: Entry): boolean {
  if (a.createRevision !== b.createRevision) return a.createRevision < b.createRevision;
  return turnOf(a) < turnOf(b);
}

function turnOf({ value }: Entry): number {
  return Number(decoder.decode(value));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
