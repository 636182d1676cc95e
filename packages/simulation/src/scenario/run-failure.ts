import { isHoldfastError } from '@holdfast/core';
import type { Verdict } from './run-result.ts';
import { thrownAt } from './thrown-at.ts';

/** Why a run failed. */
export interface RunFailure {
  readonly verdict: Exclude<Verdict, 'passed'>;
  readonly text: string;
  readonly invariant?: string;
  readonly thrownAt?: string;
}

/** The failure that something threw `error`. */
export function crash(error: unknown, text: string): RunFailure {
  const place = thrownAt(error);
  return { verdict: 'crash', text, ...(place !== undefined && { thrownAt: place }) };
}

/** Ends a run from within an event: thrown where its driver alone catches it. */
export class RunEnded extends Error {
  override readonly name = 'RunEnded';
}

/** An error as a line for people: the name, the code if it has one, and the message. */
export function describeError(error: unknown): string {
  if (isHoldfastError(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
