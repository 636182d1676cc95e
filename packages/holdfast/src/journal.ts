import { stat } from 'node:fs/promises';
import { isHoldfastError } from '@holdfast/core';
import { askOwner, nodeDisk, ownFolder } from '@holdfast/runtime';
import { inspectJournal, isDamaged, type JournalReport } from '@holdfast/storage';
import { parseArguments } from './configuration-file.ts';
import { findJournal, type JournalPlace } from './journal-folder.ts';
import { journalText } from './journal-text.ts';
import type { Output } from './output.ts';
import { UsageError } from './usage-error.ts';

/**
 * `holdfast journal inspect|verify <folder> [--json]`: says what a journal holds; `verify` reads the data of its snapshots
 * too. It asks the process that owns the folder, or reads the files itself where none does. Exit code 1 on damage.
 */
export async function run(args: readonly string[], output: Output): Promise<number> {
  const [action, ...rest] = args;
  if (action !== 'inspect' && action !== 'verify') {
    throw new UsageError('journal inspects or verifies: holdfast journal inspect|verify <folder> [--json]');
  }
  const { path, flags } = parseArguments(`journal ${action}`, rest, ['--json'], '<folder>');
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory();
  const place = isFolder ? await findJournal(path) : undefined;
  if (place === undefined) throw new UsageError(`there is no journal in ${path}`);
  const report = await readOrAsk(place, action === 'verify');
  output.out(
    flags.has('--json') ? JSON.stringify(report, undefined, 2) : journalText(report, action === 'verify'),
  );
  return isDamaged(report) ? 1 : 0;
}

async function readOrAsk(place: JournalPlace, verify: boolean): Promise<JournalReport> {
  try {
    return (await readFiles(place, verify)) ?? (await askWhoOwns(place, verify));
  } catch (error) {
    if (isHoldfastError(error)) throw new UsageError(error.message);
    throw error;
  }
}

/** Owns the folder while it reads, so that nothing changes meanwhile; undefined when it is somebody else's. */
async function readFiles(
  { folder, directory }: JournalPlace,
  verify: boolean,
): Promise<JournalReport | undefined> {
  const ownership = await ownFolder(folder, { allowShared: true }).catch((error: unknown) => {
    if (isHoldfastError(error) && error.code === 'FOLDER_OWNED') return undefined;
    throw error;
  });
  if (ownership === undefined) return undefined;
  try {
    return await inspectJournal({ disk: nodeDisk(folder), directory, snapshotData: verify });
  } finally {
    await ownership.release();
  }
}

async function askWhoOwns({ folder }: JournalPlace, verify: boolean): Promise<JournalReport> {
  const answer = await askOwner(folder, verify ? 'verify journal' : 'inspect journal', { timeout: '10m' });
  return answer as unknown as JournalReport;
}
