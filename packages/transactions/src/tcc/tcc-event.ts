import type { ErrorJson, JsonValue } from '@holdfast/core';
import { decodeRecord, encodeRecord, invalidRecord } from '../atomic-commit/json-record.ts';
import type { Heuristic } from '../atomic-commit/outcome.ts';

/** A participant's part in a transaction. */
export interface TccBranch {
  /** Of the registry. */
  readonly participant: string;
  /** Unique in its transaction, 1 to 40 characters. Default the participant's name. */
  readonly branch?: string | undefined;
  /** What its try is asked for, as JSON. */
  readonly request?: JsonValue | undefined;
}

/** With its name, as it is recorded. */
export interface NamedBranch extends TccBranch {
  readonly branch: string;
}

/** What all participants have reserved, by branch. */
export type Reservations = { readonly [branch: string]: JsonValue | null };

/**
 * What a record of a TCC transaction says.
 *
 * - `began`: the first record, with all branches: the intent to try them
 * - `confirmed`: the decision to confirm. Forced before the first confirm
 * - `cancelled`: the decision to cancel. Forced before the first cancel: a coordinator that was replaced can send none
 * - `found`: a participant has ended its part otherwise
 * - `ended`: all have done what was decided
 */
export type TccEvent =
  | { readonly kind: 'began'; readonly branches: readonly NamedBranch[] }
  | { readonly kind: 'confirmed'; readonly reservations: Reservations }
  | { readonly kind: 'cancelled'; readonly error: ErrorJson }
  | ({ readonly kind: 'found' } & Heuristic)
  | { readonly kind: 'ended' };

/** In the order of their numbers in records. */
const kinds = ['began', 'confirmed', 'cancelled', 'found', 'ended'] as const;

export function encodeEvent({ kind, ...payload }: TccEvent): Uint8Array {
  return encodeRecord(kinds.indexOf(kind), Object.keys(payload).length === 0 ? undefined : payload);
}

/** @throws HoldfastError COMMIT_RECORD_INVALID. */
export function decodeEvent(record: Uint8Array): TccEvent {
  const { kind, payload = {} } = decodeRecord(record);
  if (kind >= kinds.length) throw invalidRecord('is of no known kind');
  return { kind: kinds[kind], ...(payload as object) } as TccEvent;
}
