import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ReplayFile, type TraceDocument, tracePage } from '@holdfast/simulation';
import { messageOf, UsageError } from './usage-error.ts';

/** Where the files of one run go; what has no path is not written. */
export interface RunFiles {
  /** The page to look at. */
  readonly page?: string | undefined;
  /** The trace as JSON. */
  readonly trace?: string | undefined;
  /** What makes the run again. */
  readonly replay?: string | undefined;
}

/** The files of a run in a folder. */
export function filesIn(folder: string, scenario: string, seed: number | string): Required<RunFiles> {
  const name = join(folder, `${scenario}-${seed}`.replace(/[^\w.-]+/g, '-'));
  return { page: `${name}.html`, trace: `${name}.trace.json`, replay: `${name}.replay.json` };
}

/** @throws UsageError when a file cannot be written. */
export async function writeRunFiles(
  { page, trace, replay }: RunFiles,
  document: TraceDocument,
  replayFile?: ReplayFile,
): Promise<void> {
  if (page !== undefined) await write(page, tracePage(document));
  if (trace !== undefined) await write(trace, `${JSON.stringify(document)}\n`);
  if (replay !== undefined && replayFile !== undefined)
    await write(replay, `${JSON.stringify(replayFile, null, 2)}\n`);
}

async function write(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${messageOf(error)}`);
  }
}
