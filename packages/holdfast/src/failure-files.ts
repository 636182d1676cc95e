import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ReplayFile, type TraceDocument, tracePage } from '@holdfast/simulation';

/** Where to write what a failed run is to be understood by. */
export interface FailureFiles {
  readonly page: string;
  readonly trace: string;
  readonly replay: string;
}

/** The paths of the files of one failure in the folder `report`. */
export function failureFiles(report: string, scenario: string, seed: number | string): FailureFiles {
  const name = join(report, `${scenario}-${seed}`.replace(/[^\w.-]+/g, '-'));
  return { page: `${name}.html`, trace: `${name}.trace.json`, replay: `${name}.replay.json` };
}

/** Writes the page and the trace of a run. */
export async function writeTrace(
  document: TraceDocument,
  { page, trace }: { readonly page: string | undefined; readonly trace: string | undefined },
): Promise<void> {
  if (page !== undefined) await write(page, tracePage(document));
  if (trace !== undefined) await write(trace, `${JSON.stringify(document)}\n`);
}

/** Writes what runs a failure again. */
export async function writeReplay(path: string, file: ReplayFile): Promise<void> {
  await write(path, `${JSON.stringify(file, null, 2)}\n`);
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
