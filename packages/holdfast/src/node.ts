import { readFlagValues } from './node/flag-values.ts';
import { flagHelp } from './node/flags.ts';
import { nodeSettings } from './node/node-settings.ts';
import { runNode } from './node/run-node.ts';
import type { Output } from './output.ts';

/** `holdfast node [options]`: runs a member of a cluster until it is told to leave. */
export async function run(args: readonly string[], output: Output): Promise<number> {
  const { values, warnings } = await readFlagValues(args, process.env);
  if (values.get('help')?.text === 'true') {
    output.out(help());
    return 0;
  }
  const read = nodeSettings({ values });
  if ('problems' in read) {
    for (const problem of read.problems) output.error(`holdfast: ${problem}`);
    return 2;
  }
  return runNode(read.settings, warnings, output);
}

function help(): string {
  return [
    'holdfast node [options]',
    '',
    "Runs a member of a cluster that serves etcd's v3 API. Without options: one that is alone, on loopback.",
    'Each option is also a variable of the environment, HOLDFAST_DATA_DIR or ETCD_DATA_DIR for --data-dir.',
    ...flagHelp(),
    '',
    'SIGTERM and SIGINT have it leave in order: it hands over leadership, answers what is under way, and ends with exit',
    'code 0. Else it ends with 1; with 2 when it was not understood, 3 when its disk failed or is damaged, and 4 when it',
    'was removed from its cluster.',
  ].join('\n');
}
