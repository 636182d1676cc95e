export { type StorageErrorCode, storageErrors } from './errors.ts';
export { type InspectJournalOptions, inspectJournal, inspectOpenJournal } from './inspect-journal.ts';
export type { Journal, JournalCondition, JournalFigures, JournalRecord } from './journal.ts';
export type { Damage } from './journal-errors.ts';
export { isDamaged, type JournalReport, type SegmentReport, type SnapshotReport } from './journal-report.ts';
export { JournalMemory, type MemoryJournalOptions, openMemoryJournal } from './memory/memory-journal.ts';
export { type JournalOptions, openJournal } from './open-journal.ts';
export type { SnapshotInfo, SnapshotReader, SnapshotStore, SnapshotWriter } from './snapshot-store.ts';
