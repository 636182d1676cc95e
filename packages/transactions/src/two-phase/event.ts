import type { ErrorJson, JsonValue } from '@holdfast/core';
import { decodeRecord, encodeRecord, invalidRecord } from '../atomic-commit/json-record.ts';
import type { Heuristic } from '../atomic-commit/outcome.ts';

/** What would be committed. */
export interface Decision {
  /** Names the branches: see {@link transactionName}. */
  readonly transaction: string;
  /** Resources whose branches are prepared, and wrote: each of them has to be committed. */
  readonly writers: readonly string[];
  /** What the work gave; undefined when that was nothing. */
  readonly value?: JsonValue | undefined;
}

/**
 * What a record of a two-phase commit says.
 *
 * - `began`: the first record, with the input
 * - `interrupted`: its coordinator was stopped before it had decided; its work begins anew
 * - `delegated`: the decision is what the last resource's one-phase commit will be. Forced before that commit
 * - `decided`: commit. Forced before any branch is committed
 * - `aborted`: roll back. Only written together with `found`: without a decision, rolling back is presumed
 * - `found`: a heuristic outcome
 * - `ended`: nothing is left to do
 */
export type TwoPhaseEvent =
  | { readonly kind: 'began'; readonly input?: JsonValue | undefined }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'delegated'; readonly last: string; readonly decision: Decision }
  | { readonly kind: 'decided'; readonly decision: Decision }
  | { readonly kind: 'aborted'; readonly error: ErrorJson }
  | ({ readonly kind: 'found' } & Heuristic)
  | { readonly kind: 'ended'; readonly end: TwoPhaseEnd };

export type TwoPhaseEnd =
  | {
      readonly status: 'committed';
      /** Without writers where nothing was prepared. */
      readonly decision: Decision;
      readonly unconfirmed: readonly string[];
    }
  | { readonly status: 'rolled-back'; readonly error: ErrorJson };

/** In the order of their numbers in records. */
const kinds = ['began', 'interrupted', 'delegated', 'decided', 'aborted', 'found', 'ended'] as const;

export function encodeEvent({ kind, ...payload }: TwoPhaseEvent): Uint8Array {
  return encodeRecord(kinds.indexOf(kind), Object.keys(payload).length === 0 ? undefined : payload);
}

/** @throws HoldfastError COMMIT_RECORD_INVALID. */
export function decodeEvent(record: Uint8Array): TwoPhaseEvent {
  const { kind, payload = {} } = decodeRecord(record);
  if (kind >= kinds.length) throw invalidRecord('is of no known kind');
  return { kind: kinds[kind], ...(payload as object) } as TwoPhaseEvent;
}
