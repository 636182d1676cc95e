import { configurationProblems } from '@holdfast/resilience/configuration';
import { parseArguments } from './configuration-file.ts';
import { readJsonFile } from './json-file.ts';
import type { Output } from './output.ts';

/** `holdfast validate <config.json>`: says all that is wrong with a configuration. Exit code 1 if anything is. */
export async function run(args: readonly string[], output: Output): Promise<number> {
  const { path } = parseArguments('validate', args, []);
  const problems = configurationProblems(await readJsonFile(path));
  for (const { message } of problems) output.error(`${path}: ${message}`);
  if (problems.length > 0) return 1;
  output.out(`${path} can be used`);
  return 0;
}
