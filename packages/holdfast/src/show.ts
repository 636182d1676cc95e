import { isHoldfastError } from '@holdfast/core';
import { readTraceDocument, traceText } from '@holdfast/simulation';
import { parseArguments } from './configuration-file.ts';
import { readJsonFile } from './json-file.ts';
import type { Output } from './output.ts';
import { writeRunFiles } from './run-files.ts';
import { UsageError } from './usage-error.ts';

/** `holdfast show <trace.json>`: makes the page of a run from its trace, beside it, and tells the run in short. */
export async function run(args: readonly string[], output: Output): Promise<number> {
  const { path } = parseArguments('show', args, [], '<trace.json>');
  const json = await readJsonFile(path);
  try {
    const document = readTraceDocument(json);
    const page = `${path.replace(/(\.trace)?\.json$/, '')}.html`;
    await writeRunFiles({ page }, document);
    output.out(`${document.scenario}, seed ${document.seed}: ${document.verdict}`);
    output.out(traceText(document.events));
    output.error(`written: ${page}`);
    return 0;
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    throw new UsageError(`${path} is no trace: ${error.message}`);
  }
}
