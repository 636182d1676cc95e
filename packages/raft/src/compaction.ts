import { invalidArgument } from '@holdfast/core';
import type { Member } from './member.ts';
import type { SnapshotMetadata } from './stored-state.ts';

/** What a snapshot of the state machine at `index` has to carry. */
export function describeSnapshot<Command>(
  { log, memberships, applying }: Member<Command>,
  index: number,
  id: string,
  bytes: number,
): SnapshotMetadata {
  const first = Math.max(log.snapshot?.index ?? 1, log.baseIndex);
  const term = log.termAt(index);
  if (term === undefined || index < first || index > applying.applied) {
    throw invalidArgument('index', index, `from ${first} to ${applying.applied}, what is applied`);
  }
  if (!Number.isSafeInteger(bytes) || bytes < 0) {
    throw invalidArgument('bytes', bytes, 'a whole number of bytes');
  }
  const { configuration, index: configurationIndex } = memberships.at(index);
  return { id, index, term, configuration, configurationIndex, bytes };
}

/** Forgets the log up to the end of a durable snapshot, but for the last `tail` entries of it. */
export function compact<Command>(
  { log, memberships, applying }: Member<Command>,
  snapshot: SnapshotMetadata,
  tail: number,
): void {
  if (snapshot.index <= (log.snapshot?.index ?? 0)) return;
  if (snapshot.index > applying.applied || log.termAt(snapshot.index) !== snapshot.term) {
    throw invalidArgument('snapshot.index', snapshot.index, `at most ${applying.applied}, what is applied`);
  }
  if (!Number.isSafeInteger(tail) || tail < 0) {
    throw invalidArgument('tail', tail, 'a whole number of entries');
  }
  log.compact(snapshot, Math.max(log.baseIndex, snapshot.index - tail));
  memberships.compact(snapshot.index);
}
