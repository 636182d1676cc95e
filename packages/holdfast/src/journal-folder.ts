import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** Where a journal lies: in a directory of the folder that its owner owns. */
export interface JournalPlace {
  readonly folder: string;
  readonly directory: string;
}

const mark = 'superblock';

/** The journal in the folder at `path`, or in a directory of it; undefined when there is none. */
export async function findJournal(path: string): Promise<JournalPlace | undefined> {
  const folder = resolve(path);
  const entries = await readdir(folder, { withFileTypes: true });
  if (holdsJournal(entries.map(({ name }) => name))) {
    return { folder: dirname(folder), directory: basename(folder) };
  }
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    if (holdsJournal(await readdir(join(folder, entry.name)))) return { folder, directory: entry.name };
  }
  return undefined;
}

/** A damaged one may lack its superblock. */
function holdsJournal(names: readonly string[]): boolean {
  return names.includes(mark) || names.some((name) => name.startsWith('segment-'));
}
