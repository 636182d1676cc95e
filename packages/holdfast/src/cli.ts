import { readFileSync } from 'node:fs';
import { type Command, commands } from './commands.ts';
import type { Output } from './output.ts';
import { UsageError } from './usage-error.ts';

const terminal: Output = {
  out: (line) => console.log(line),
  error: (line) => console.error(line),
};

/**
 * Runs the command line with the arguments after the program's name and returns the exit code: that of the
 * command, or 2 where there is no such command or it does not understand its arguments.
 */
export async function main(
  args: readonly string[],
  output: Output = terminal,
  table: Readonly<Record<string, Command>> = commands,
): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h') {
    output.out(help(table));
    return 0;
  }
  if (name === '--version' || name === '-v') {
    output.out(version());
    return 0;
  }
  const command = Object.hasOwn(table, name) ? table[name] : undefined;
  if (command === undefined) {
    output.error(`holdfast: there is no command '${name}'; 'holdfast --help' lists what there is`);
    return 2;
  }
  const { run } = await command.load();
  try {
    return await run(rest, output);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    output.error(`holdfast: ${error.message}`);
    return 2;
  }
}

function help(table: Readonly<Record<string, Command>>): string {
  const rows: [string, string][] = [
    ...Object.entries(table).map(([name, { summary }]): [string, string] => [name, summary]),
    ['--help, -h', 'show this'],
    ['--version, -v', 'show the version'],
  ];
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
  return [
    'Holdfast: services that stay up, consistent and understood.',
    '',
    'holdfast <command>',
    ...lines,
  ].join('\n');
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}
