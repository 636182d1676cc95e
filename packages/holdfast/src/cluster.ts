import { parseArgs } from 'node:util';
import type { ClusterClient } from '@holdfast/cluster';
import { isHoldfastError } from '@holdfast/core';
import { clusterArguments, commonOptions, commonOptionsHelp } from './cluster/cluster-arguments.ts';
import type { ClusterCommand } from './cluster/cluster-command.ts';
import { CommandFailed } from './cluster/command-failed.ts';
import { connect } from './cluster/connect.ts';
import {
  leave,
  memberAdd,
  memberList,
  memberPromote,
  memberRemove,
  memberUpdate,
  moveLeader,
} from './cluster/member-commands.ts';
import { snapshotRestore, snapshotSave, snapshotStatus } from './cluster/snapshot-commands.ts';
import { status } from './cluster/status-command.ts';
import { alarm, compact, defrag } from './cluster/upkeep-commands.ts';
import type { Output } from './output.ts';
import { messageOf, UsageError } from './usage-error.ts';

/** By their names, of one word or two. */
const clusterCommands: Readonly<Record<string, ClusterCommand>> = {
  status,
  members: memberList,
  'member list': memberList,
  'member add': memberAdd,
  'member remove': memberRemove,
  'member promote': memberPromote,
  'member update': memberUpdate,
  'move-leader': moveLeader,
  leave,
  'snapshot save': snapshotSave,
  'snapshot status': snapshotStatus,
  'snapshot restore': snapshotRestore,
  alarm,
  compact,
  defrag,
};

/** `holdfast cluster <command>`: looks after a running cluster, and its snapshots. Exit code 1 when it cannot. */
export async function run(args: readonly string[], output: Output): Promise<number> {
  const found = findCommand(args);
  if (found === undefined) {
    if (args.length > 0 && !['--help', '-h', 'help'].includes(args[0]!)) {
      const group = Object.keys(clusterCommands).some((name) => name.startsWith(`${args[0]} `));
      const asked = args.slice(0, group ? 2 : 1).join(' ');
      throw new UsageError(
        `cluster has no command '${asked}'; 'holdfast cluster --help' lists what there is`,
      );
    }
    output.out(help());
    return 0;
  }
  const { command, name } = found;
  const { options, positionals } = parsed(found);
  if (options['help'] === 'true') {
    output.out(
      [`holdfast cluster ${name} ${command.usage}`, '', command.summary, '', ...commonOptionsHelp].join('\n'),
    );
    return 0;
  }
  checkCount(found, positionals.length);
  const common = clusterArguments(options, process.env);
  let client: ClusterClient | undefined;
  try {
    await command.run({
      arguments: positionals,
      options,
      endpoints: common.endpoints,
      client: () => {
        client ??= connect(common);
        return client;
      },
      print: (json, lines) => output.out(common.json ? JSON.stringify(json, null, 2) : lines.join('\n')),
      output,
    });
    return 0;
  } catch (error) {
    if (!isHoldfastError(error) && !(error instanceof CommandFailed) && !isSystemError(error)) throw error;
    output.error(`holdfast: ${messageOf(error)}`);
    return 1;
  } finally {
    await client?.close();
  }
}

/** A file or folder that it was given cannot be used: the message names it. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'path' in error;
}

/** Whether it would be understood. @throws UsageError when it would not. */
export function checkClusterCommand(args: readonly string[]): void {
  const found = findCommand(args);
  if (found === undefined) throw new UsageError(`there is no ${args.join(' ')}`);
  const { options, positionals } = parsed(found);
  checkCount(found, positionals.length);
  clusterArguments(options, {});
}

function checkCount({ command: { takes, usage }, name }: FoundCommand, count: number): void {
  if (count < takes[0] || count > takes[1])
    throw new UsageError(`it is written: holdfast cluster ${name} ${usage}`.trimEnd());
}

interface FoundCommand {
  readonly name: string;
  readonly command: ClusterCommand;
  readonly rest: readonly string[];
}

/** The command that the first words name, the longest name first. */
function findCommand(args: readonly string[]): FoundCommand | undefined {
  for (const words of [2, 1]) {
    const name = args.slice(0, words).join(' ');
    if (!Object.hasOwn(clusterCommands, name)) continue;
    return { name, command: clusterCommands[name]!, rest: args.slice(words) };
  }
  return undefined;
}

/** Its arguments. @throws UsageError for options that it does not have. */
function parsed({ command: { options: own = {} }, name, rest }: FoundCommand) {
  const known = Object.entries({ ...commonOptions, ...own }).map(([option, kind]) => [
    option,
    { type: kind === 'value' ? ('string' as const) : ('boolean' as const) },
  ]);
  try {
    const { positionals, values } = parseArgs({
      args: [...rest],
      allowPositionals: true,
      options: Object.fromEntries(known) as Record<string, { type: 'string' | 'boolean' }>,
    });
    const options = Object.fromEntries(Object.entries(values).map(([option, value]) => [option, `${value}`]));
    return { positionals, options: options as Readonly<Record<string, string | undefined>> };
  } catch (error) {
    throw new UsageError(`cluster ${name}: ${messageOf(error).split('. ')[0]}`);
  }
}

function help(): string {
  const rows = Object.entries(clusterCommands).map(
    ([name, { summary, usage }]) => [`${name} ${usage.split(' [--')[0]}`.trimEnd(), summary] as const,
  );
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    'holdfast cluster <command> [options]',
    '',
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    '',
    'Options of all:',
    ...commonOptionsHelp,
    '',
    'Exit code 0 when it is done, 1 when it could not be done or something is wrong, 2 when it was not understood.',
  ].join('\n');
}
