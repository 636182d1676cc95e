import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tracePage } from '../report/trace-page.ts';
import { describeError } from '../scenario/run-failure.ts';
import type { AnyScenario } from '../scenario/scenario.ts';
import type { Failure } from '../shrink/failure.ts';
import { createTraceDocument } from '../trace/create-trace-document.ts';

/**
 * Writes the page, the trace and what repeats a shrunk failure into a folder, and says so a line each. A folder that
 * cannot be written is said too: it is no reason to lose the failure.
 */
export async function writeChaosReport(
  folder: string,
  scenario: AnyScenario,
  failure: Failure,
): Promise<readonly string[]> {
  try {
    return (await write(folder, scenario, failure)).map((path) => `written: ${path}`);
  } catch (error) {
    return [`the report could not be written: ${describeError(error)}`];
  }
}

async function write(
  folder: string,
  scenario: AnyScenario,
  { found, shrunk, replayLine, replayFile }: Failure,
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const document = createTraceDocument(shrunk, { hosts: Object.keys(scenario.hosts), replay: replayLine });
  const name = join(folder, `${found.scenario}-${found.seed}`.replace(/[^\w.-]+/g, '-'));
  const texts = {
    [`${name}.html`]: tracePage(document),
    [`${name}.trace.json`]: `${JSON.stringify(document)}\n`,
    [`${name}.replay.json`]: `${JSON.stringify(replayFile, null, 2)}\n`,
  };
  for (const [path, text] of Object.entries(texts)) await writeFile(path, text);
  return Object.keys(texts);
}
