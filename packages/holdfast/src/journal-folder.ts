import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { messageOf, UsageError } from './usage-error.ts';

/** Where a journal lies: in a directory of the folder that its owner owns. */
export interface JournalPlace {
  readonly folder: string;
  readonly directory: string;
}

const mark = 'superblock';

/** The journal in the folder at `path`, or in a directory of it; undefined when there is none. */
export async function findJournal(path: string): Promise<JournalPlace | undefined> {
  const folder = resolve(path);
  const entries = await reading(readdir(folder, { withFileTypes: true }));
  if (holdsJournal(entries.map(({ name }) => name))) {
    return { folder: dirname(folder), directory: basename(folder) };
  }
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    if (holdsJournal(await reading(readdir(join(folder, entry.name)))))
      return { folder, directory: entry.name };
  }
  return undefined;
}

/** A folder that may not be read is the caller's to open: the system's message names it. */
async function reading<Value>(read: Promise<Value>): Promise<Value> {
  try {
    return await read;
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

/** A damaged one may lack its superblock. */
function holdsJournal(names: readonly string[]): boolean {
  return names.includes(mark) || names.some((name) => name.startsWith('segment-'));
}
