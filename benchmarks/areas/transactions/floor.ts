import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openJournalFolder } from '@holdfast/storage/node';
import { folderOnDisk } from '../../harness/folder-on-disk.ts';
import type { Engine } from './closed-loop.ts';

/** What a three-step saga has to wait for at least: a record before each step, and one after the last. */
const records = 4;
const recordBytes = 80;

/** No engine at all: the records alone, appended one after the other to a journal that groups its flushes. */
export async function bareAppends(): Promise<Engine> {
  const path = mkdtempSync(join(folderOnDisk(), 'bench-floor-'));
  const { journal, close } = await openJournalFolder(path);
  const record = [new Uint8Array(recordBytes).fill(7)];
  return {
    async work() {
      for (let index = 0; index < records; index++) await journal.append(record);
    },
    async stop() {
      await close();
      rmSync(path, { recursive: true, force: true });
    },
  };
}
