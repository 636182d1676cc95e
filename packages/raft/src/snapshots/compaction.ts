import { invalidArgument } from '@holdfast/core';
import type { SnapshotMetadata } from '../log/stored-state.ts';
import type { Member } from '../member/member.ts';

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

/**
 * The first entry that a follower does not have which this leader has heard from within an election timeout; of one that
 * is sent a snapshot, the first after that. Without any, and of whoever does not lead, the one after the last.
 */
export function firstNeeded<Command>({ role, log, settings }: Member<Command>, now: number): number {
  let first = log.lastIndex + 1;
  if (role.name !== 'leader') return first;
  for (const { heardAt, match, stage } of role.peers.values()) {
    if (heardAt + settings.electionTimeout <= now) continue;
    first = Math.min(first, (stage.name === 'snapshot' ? stage.snapshot.index : match) + 1);
  }
  return first;
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
