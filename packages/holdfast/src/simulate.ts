import type { AnyScenario } from '@holdfast/simulation';
import type { Output } from './output.ts';
import { parseSearchArguments, searchOptionsHelp } from './search-arguments.ts';
import { searchCommand } from './search-command.ts';
import { UsageError } from './usage-error.ts';

/** What can be simulated, loaded when it is called for. */
const subjects: Readonly<Record<string, () => Promise<readonly AnyScenario[]>>> = {
  raft: async () => Object.values((await import('@holdfast/raft/testkit')).raftScenarios),
  cluster: async () => Object.values((await import('@holdfast/cluster/testkit')).clusterScenarios),
};

/** `holdfast simulate <what>`: runs scenarios that Holdfast brings along. A failure is shrunk and explained. */
export async function run(
  args: readonly string[],
  output: Output,
  known: typeof subjects = subjects,
): Promise<number> {
  const parsed = await parseSearchArguments('simulate', args);
  if (parsed.help) {
    output.out(help(known));
    return 0;
  }
  const names = Object.keys(known).join(', ');
  if (parsed.subject === undefined) throw new UsageError(`simulate takes what to simulate, one of ${names}`);
  // The name of a scenario stands for itself, as in the line that replays one.
  const name = Object.hasOwn(known, parsed.subject) ? parsed.subject : parsed.subject.split(/[/-]/)[0]!;
  const load = Object.hasOwn(known, name) ? known[name] : undefined;
  if (load === undefined)
    throw new UsageError(`there is no '${parsed.subject}' to simulate; there are ${names}`);
  const asked = name === parsed.subject ? parsed : { ...parsed, scenario: parsed.subject };
  return searchCommand(await load(), (scenario) => `npx holdfast simulate ${scenario.name}`, asked, output);
}

function help(known: typeof subjects): string {
  return [
    'holdfast simulate <what> [options]',
    '',
    `Runs the scenarios of one of: ${Object.keys(known).join(', ')}, in a simulated world, under faults that it searches`,
    'for. The first failure is shrunk to what it needs, told, and written as a page, a trace and a file to repeat it.',
    '',
    ...searchOptionsHelp,
    '',
    'Exit code 0 when everything passed, 1 when something failed, 2 when it was not understood.',
  ].join('\n');
}
