import type { AnyScenario } from '@holdfast/simulation';
import { withConsoleAside } from './console-aside.ts';
import type { Output } from './output.ts';
import { loadScenarios } from './scenario-file.ts';
import { parseSearchArguments, searchOptionsHelp } from './search-arguments.ts';
import { searchCommand } from './search-command.ts';
import { UsageError } from './usage-error.ts';

/**
 * `holdfast prove <scenario.ts>`: runs the scenarios that a file exports under searched faults. A failure is shrunk and
 * explained; exit code 1.
 */
export async function run(args: readonly string[], output: Output): Promise<number> {
  const parsed = await parseSearchArguments('prove', args);
  if (parsed.help) {
    output.out(help);
    return 0;
  }
  if (parsed.subject === undefined) {
    throw new UsageError('prove takes the file of a scenario: holdfast prove ./orders.scenario.ts');
  }
  const { subject, json } = parsed;
  const scenarios = await withConsoleAside(json, () => loadScenarios(subject));
  const command = `npx holdfast prove ${subject}`;
  const commandFor = ({ name }: AnyScenario) =>
    scenarios.length === 1 ? command : `${command} --scenario ${name}`;
  return searchCommand(scenarios, commandFor, parsed, output);
}

const help = [
  'holdfast prove <file> [options]',
  '',
  'Runs the scenarios that the file exports by default in a simulated world, under faults that it searches for. The',
  'first failure is shrunk to what it needs, told, and written as a page to look at, a trace and a file to repeat it.',
  '',
  ...searchOptionsHelp,
  '',
  'Exit code 0 when everything passed, 1 when something failed, 2 when it was not understood.',
].join('\n');
