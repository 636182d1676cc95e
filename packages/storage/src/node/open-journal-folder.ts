import { invalidArgument, type JsonValue } from '@holdfast/core';
import { nodeDisk, type OwnFolderOptions, ownFolder } from '@holdfast/runtime';
import { inspectOpenJournal } from '../inspect-journal.ts';
import type { Journal } from '../journal.ts';
import { type JournalOptions, openJournal } from '../open-journal.ts';

/** Where in its folder a journal lies. */
export const journalDirectory = 'journal';

export type JournalFolderOptions = Omit<JournalOptions, 'disk' | 'directory' | 'exclusive'> &
  Pick<OwnFolderOptions, 'allowShared'>;

/** A journal, and the folder of this machine that it lies in and that this process owns. */
export interface JournalFolder {
  readonly path: string;
  readonly journal: Journal;
  /** Closes the journal, then lets go of the folder. */
  close(): Promise<void>;
}

/**
 * Opens the journal in the folder at `path`, which becomes this process's own. Other processes may ask it what
 * `holdfast journal` asks.
 *
 * @throws HoldfastError FOLDER_OWNED when another process has it, and what `openJournal` and `ownFolder` throw.
 */
export async function openJournalFolder(
  path: string,
  { allowShared, ...options }: JournalFolderOptions = {},
): Promise<JournalFolder> {
  let journal: Journal | undefined;
  const ownership = await ownFolder(path, {
    allowShared,
    answer: (request) => answerAboutJournal(journal, request),
  });
  try {
    const disk = nodeDisk(ownership.path);
    journal = await openJournal({ ...options, disk, directory: journalDirectory, exclusive: true });
  } catch (error) {
    await ownership.release();
    throw error;
  }
  const opened = journal;
  return {
    path: ownership.path,
    journal: opened,
    close: async () => {
      await opened.close();
      await ownership.release();
    },
  };
}

/** What `holdfast journal` asks the owner of a folder. */
export type JournalRequest = 'inspect journal' | 'verify journal';

export function isJournalRequest(request: JsonValue): request is JournalRequest {
  return request === 'inspect journal' || request === 'verify journal';
}

/**
 * Answers a {@link JournalRequest}: for owners of folders that have a journal in them and more.
 *
 * @throws HoldfastError INVALID_ARGUMENT when it is another request, or the journal is not open yet.
 */
export async function answerAboutJournal(
  journal: Journal | undefined,
  request: JsonValue,
): Promise<JsonValue> {
  if (!isJournalRequest(request))
    throw invalidArgument('request', request, "'inspect journal' or 'verify journal'");
  const report =
    journal && (await inspectOpenJournal(journal, { snapshotData: request === 'verify journal' }));
  if (report === undefined)
    throw invalidArgument('request', request, 'asked when the journal is open, and in files');
  return report as unknown as JsonValue;
}
