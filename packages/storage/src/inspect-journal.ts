import type { Disk } from '@holdfast/core';
import { FileJournal } from './file/file-journal.ts';
import { inspectFiles } from './file/inspect-files.ts';
import type { Journal } from './journal.ts';
import { asStorageError } from './journal-errors.ts';
import type { JournalReport } from './journal-report.ts';

export interface InspectJournalOptions {
  readonly disk: Disk;
  readonly directory: string;
  /** Whether to read the data of snapshots too. Default false. */
  readonly snapshotData?: boolean | undefined;
}

/**
 * Reads the files of a journal that nobody has open, and changes nothing. What is damaged is in the report.
 *
 * @throws HoldfastError JOURNAL_FAILED when the disk cannot be read.
 */
export async function inspectJournal(options: InspectJournalOptions): Promise<JournalReport> {
  try {
    return await inspectFiles(options);
  } catch (error) {
    throw asStorageError(`reading ${options.directory}`, error);
  }
}

/** The same for a journal that is open here; undefined for one that has no files. Appends go on meanwhile. */
export async function inspectOpenJournal(
  journal: Journal,
  { snapshotData }: { readonly snapshotData?: boolean | undefined } = {},
): Promise<JournalReport | undefined> {
  return journal instanceof FileJournal ? journal.inspect(snapshotData) : undefined;
}
