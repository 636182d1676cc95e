export type { Journal, JournalCondition, JournalFigures, JournalRecord } from './journal.ts';
export type { SnapshotInfo, SnapshotReader, SnapshotStore, SnapshotWriter } from './snapshot-store.ts';
