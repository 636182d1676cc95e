import {
  type AnyScenario,
  createTraceDocument,
  type ReplayFile,
  replayOptions,
  runSeed,
  traceText,
} from '@holdfast/simulation';
import type { Output } from './output.ts';
import { writeRunFiles } from './run-files.ts';
import type { SearchArguments } from './search-arguments.ts';
import type { SearchOutcome } from './search-outcome.ts';
import { indented, type SearchPlace } from './search-scenario.ts';

/** Makes one run again, exactly, and tells it. */
export async function replayRun(
  scenario: AnyScenario,
  file: ReplayFile,
  { html: page, trace, json }: SearchArguments,
  { command, commit }: SearchPlace,
  output: Output,
): Promise<SearchOutcome> {
  const run = await runSeed(scenario, { ...replayOptions(file), trace: true });
  const { verdict, text, seed } = run;
  const document = createTraceDocument(run, { hosts: Object.keys(scenario.hosts), replay: command, commit });
  await writeRunFiles({ page, trace }, document);
  if (!json) {
    output.out(`${scenario.name}: ${verdict}${text === '' ? '' : `: ${text}`}`);
    output.out('');
    output.out(indented(traceText(run.trace ?? [])));
  }
  for (const path of [page, trace]) if (path !== undefined) output.error(`written: ${path}`);
  return { scenario: scenario.name, verdict, text, seed, replay: command, files: { page, trace } };
}
