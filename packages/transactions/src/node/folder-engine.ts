import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidArgument, isHoldfastError, type JsonValue, sleep } from '@holdfast/core';
import type { Journal } from '@holdfast/storage';
import {
  type JournalFolder,
  type JournalFolderOptions,
  journalDirectory,
  openJournalFolder,
} from '@holdfast/storage/node';
import { JournalEngine, type JournalEngineOptions } from '../engines/journal/journal-engine.ts';
import type { LedgerEngine, LedgerVisit } from '../ledger/ledger-engine.ts';
import { ledgerClosed } from '../ledger/ledger-errors.ts';
import { FolderVisit } from './folder-visit.ts';
import { answerOwnerRequest, parseOwnerRequest } from './owner-request.ts';

export interface FolderEngineOptions
  extends Omit<JournalEngineOptions, 'open' | 'closed'>,
    Pick<JournalFolderOptions, 'allowShared' | 'segmentBytes'> {}

/**
 * A ledger in a folder of this machine, which is made where there is none. One process has it at a time, until it closes the
 * ledger or ends. Others may look in and leave messages: `visit` asks the owner over a socket in the folder, and opens the
 * folder for each call where it has none. Messages that go over the socket have 40 KiB at most.
 *
 * Joining fails with FOLDER_OWNED when another process has the folder for longer than a look takes.
 */
export function folderEngine(path: string, options: FolderEngineOptions = {}): LedgerEngine {
  const { allowShared, segmentBytes, world } = options;
  let folder: JournalFolder | undefined;
  const open = async (): Promise<Journal> => {
    folder = await openJournalFolder(path, { allowShared, answer, segmentBytes, world });
    return folder.journal;
  };
  const closed = async (): Promise<void> => folder?.close();
  const engine = new JournalEngine({ ...options, open, closed });
  const answer = async (request: JsonValue, signal: AbortSignal): Promise<JsonValue> => {
    const asked = parseOwnerRequest(request);
    const visit = await engine.peek();
    if (visit === undefined) throw ledgerClosed();
    try {
      return await answerOwnerRequest(asked, visit, signal);
    } finally {
      await visit.close();
    }
  };
  return {
    shared: false,
    join: async (host, joinOptions) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await engine.join(host, joinOptions);
        } catch (error) {
          const owned = isHoldfastError(error) && error.code === 'FOLDER_OWNED';
          if (!owned || attempt === attemptsMax) throw error;
        }
        await sleep(attemptInterval);
      }
    },
    visit: async (): Promise<LedgerVisit> => {
      const inside = await engine.peek();
      if (inside !== undefined) return inside;
      const isThere = await stat(join(path, journalDirectory)).catch(() => undefined);
      if (isThere === undefined) throw invalidArgument('path', path, 'a folder with a ledger in it');
      return new FolderVisit(path, () => engine.visit());
    },
  };
}

const attemptsMax = 10;
const attemptInterval = '100ms';
