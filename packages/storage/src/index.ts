export { type StorageErrorCode, storageErrors } from './errors.ts';
export type { Journal, JournalCondition, JournalFigures, JournalRecord } from './journal.ts';
export { JournalMemory, type MemoryJournalOptions, openMemoryJournal } from './memory/memory-journal.ts';
export { type JournalOptions, openJournal } from './open-journal.ts';
export type { SnapshotInfo, SnapshotReader, SnapshotStore, SnapshotWriter } from './snapshot-store.ts';
