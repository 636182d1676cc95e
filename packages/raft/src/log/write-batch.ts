import type { Entry } from './entry.ts';
import type { HardState, SnapshotMetadata } from './stored-state.ts';

/**
 * One write, atomic for its parts in this order: the snapshot, the truncation, the entries, the hard state. Once it is
 * durable the driver calls `written(sequence)`, which stands for all earlier batches too. A write that fails must
 * stop the member: nobody can tell what a disk holds then.
 */
export interface WriteBatch<Command> {
  readonly sequence: number;
  readonly hardState: HardState | undefined;
  /** The arrived snapshot with this metadata replaces the state machine and the whole log. */
  readonly snapshot: SnapshotMetadata | undefined;
  /** Entries from this index on are to be dropped. */
  readonly truncateFrom: number | undefined;
  /** To append: without gaps, and following what is stored. */
  readonly entries: readonly Entry<Command>[];
}
