import { assert, isHoldfastError } from '@holdfast/core';
import type { Journal, JournalRecord } from '../journal.ts';

/** What a case works on: one journal through all its openings. */
export interface JournalSubject {
  /** Opens the journal. Where it is open, its former owner is fenced from then on. */
  open(): Promise<Journal>;
  /** Ends the process that has it open, at once. The next opening is that of a successor. */
  crash(): Promise<void>;
}

/** One promise of a `Journal`. */
export interface JournalCase {
  readonly name: string;
  /** Rejects unless the journal keeps it. The subject is new. */
  run(subject: JournalSubject): Promise<void>;
}

/** The records from `position` on, as texts `position:text`. */
export async function contents(journal: Journal, position: number = journal.firstPosition): Promise<string> {
  const found: string[] = [];
  for await (const record of journal.read(position)) found.push(textOf(record));
  return found.join(' ');
}

function textOf({ position, bytes }: JournalRecord): string {
  return `${position}:${new TextDecoder().decode(bytes)}`;
}

/** A record for each word. */
export function records(words: string): Uint8Array[] {
  return words.split(' ').map((word) => new TextEncoder().encode(word));
}

export function equal(
  actual: number | string | boolean,
  expected: number | string | boolean,
  what: string,
): void {
  assert(actual === expected, `${what}: ${actual}, but it has to be ${expected}`);
}

export function equalBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  const same = actual.length === expected.length && actual.every((byte, index) => byte === expected[index]);
  assert(same, `${what}: ${actual.length} bytes that are not the ${expected.length} that were written`);
}

export async function fails(attempt: Promise<unknown>, code: string, what: string): Promise<void> {
  const outcome = await attempt.then(
    () => 'success',
    (error: unknown) => (isHoldfastError(error) ? error.code : String(error)),
  );
  equal(outcome, code, what);
}
