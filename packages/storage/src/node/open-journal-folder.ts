import { invalidArgument, type JsonValue } from '@holdfast/core';
import { nodeDisk, type OwnFolderOptions, ownFolder } from '@holdfast/runtime';
import { inspectOpenJournal } from '../inspect-journal.ts';
import type { Journal } from '../journal.ts';
import type { JournalReport } from '../journal-report.ts';
import { type JournalOptions, openJournal } from '../open-journal.ts';

/** Where in its folder a journal lies. */
export const journalDirectory = 'journal';

export type JournalFolderOptions = Omit<JournalOptions, 'disk' | 'directory' | 'exclusive'> &
  Pick<OwnFolderOptions, 'allowShared'> & {
    /** Answers what other processes ask besides what `holdfast journal` does. Default: they are told that it is unknown. */
    readonly answer?: OwnFolderOptions['answer'];
  };

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
  { allowShared, answer, ...options }: JournalFolderOptions = {},
): Promise<JournalFolder> {
  let journal: Journal | undefined;
  const ownership = await ownFolder(path, {
    allowShared,
    answer: (request, signal) => {
      if (answer !== undefined && !isJournalRequest(request)) return answer(request, signal);
      return answerAboutJournal(request, async (how) => journal && inspectOpenJournal(journal, how));
    },
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

/** Reports on a journal that is open; undefined when it is not, or has no files. */
export type JournalInspection = (options: {
  readonly snapshotData: boolean;
}) => Promise<JournalReport | undefined>;

/**
 * Answers a {@link JournalRequest} with what `inspect` reports: for owners of folders with a journal in them, and more.
 *
 * @throws HoldfastError INVALID_ARGUMENT when it is another request, or there is nothing to report on.
 */
export async function answerAboutJournal(request: JsonValue, inspect: JournalInspection): Promise<JsonValue> {
  if (!isJournalRequest(request)) {
    throw invalidArgument('request', request, "'inspect journal' or 'verify journal'");
  }
  const report = await inspect({ snapshotData: request === 'verify journal' });
  if (report === undefined)
    throw invalidArgument('request', request, 'asked while a journal in files is open');
  return report as unknown as JsonValue;
}

function isJournalRequest(request: JsonValue): request is JournalRequest {
  return request === 'inspect journal' || request === 'verify journal';
}
