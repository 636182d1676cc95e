import { parseArgs } from 'node:util';
import { isHoldfastError } from '@holdfast/core';
import { CommandFailed } from './cluster/command-failed.ts';
import type { Output } from './output.ts';
import {
  type LedgerPlace,
  ledgerPlace,
  placeOptions,
  placeOptionsHelp,
  placeText,
} from './saga/ledger-place.ts';
import { openLedgerVisit } from './saga/open-ledger-visit.ts';
import type { SagaCommand } from './saga/saga-command.ts';
import { sagaCommands } from './saga/saga-commands.ts';
import { messageOf, UsageError } from './usage-error.ts';

/**
 * `holdfast saga <command>`: shows the sagas of a ledger, and tells those that are stuck what to do. Exit code 1 when it
 * cannot, or the saga refuses it.
 */
export async function run(args: readonly string[], output: Output): Promise<number> {
  const [name = '--help', ...rest] = args;
  if (['--help', '-h', 'help'].includes(name)) {
    output.out(help());
    return 0;
  }
  const command = Object.hasOwn(sagaCommands, name) ? sagaCommands[name]! : undefined;
  if (command === undefined) {
    throw new UsageError(`saga has no command '${name}'; 'holdfast saga --help' lists what there is`);
  }
  const { options, positionals } = parsed(name, command, rest);
  if (options['help'] === 'true') {
    output.out([`holdfast saga ${name} ${command.usage}`, '', command.summary, '', ...commonHelp].join('\n'));
    return 0;
  }
  const [least, most] = command.takes;
  if (positionals.length < least || positionals.length > most || positionals.includes('')) {
    throw new UsageError(`it is written: holdfast saga ${name} ${command.usage}, and which ledger`);
  }
  return attempt(output, async () => {
    const place: LedgerPlace = ledgerPlace(options, process.env);
    const { visit, close } = await openLedgerVisit(place);
    try {
      await command.run({
        arguments: positionals,
        options,
        visit,
        ledger: placeText(options),
        print: (json, lines) =>
          output.out(options['json'] === 'true' ? JSON.stringify(json, null, 2) : lines.join('\n')),
      });
    } finally {
      await close();
    }
  });
}

/** The exit code of `work`. */
async function attempt(output: Output, work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return 0;
  } catch (error) {
    if (isHoldfastError(error) && error.code === 'INVALID_ARGUMENT') throw new UsageError(error.message);
    if (!isHoldfastError(error) && !(error instanceof CommandFailed)) throw error;
    output.error(`holdfast: ${messageOf(error)}`);
    return 1;
  }
}

/** @throws UsageError for options that it does not have. */
function parsed(name: string, { options: own = [] }: SagaCommand, args: readonly string[]) {
  const valued = [...placeOptions, ...own].map((option) => [option, { type: 'string' as const }]);
  const switches = ['json', 'help'].map((option) => [option, { type: 'boolean' as const }]);
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: Object.fromEntries([...valued, ...switches]) as Record<string, { type: 'string' | 'boolean' }>,
    });
    const options = Object.fromEntries(Object.entries(values).map(([option, value]) => [option, `${value}`]));
    return { positionals, options: options as Readonly<Record<string, string | undefined>> };
  } catch (error) {
    throw new UsageError(`saga ${name}: ${messageOf(error).split('. ')[0]}`);
  }
}

const commonHelp: readonly string[] = [...placeOptionsHelp, '  --json                       print JSON'];

function help(): string {
  const rows = Object.entries(sagaCommands).map(
    ([name, { summary, usage }]) =>
      [`${name} ${usage.split(' [--')[0]!.replace(/^\[--.*/, '')}`.trimEnd(), summary] as const,
  );
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    'holdfast saga <command> <which ledger> [options]',
    '',
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    '',
    'A message is left durably; --wait <time> says how long to wait for what the saga makes of it (default 3s).',
    '',
    'Options of all:',
    ...commonHelp,
    '',
    'Exit code 0 when it is done, 1 when it could not be done or the saga refuses it, 2 when it was not understood.',
  ].join('\n');
}
