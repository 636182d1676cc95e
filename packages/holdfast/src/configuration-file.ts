import { UsageError } from './usage-error.ts';

/** What the arguments of a command that reads one file say. */
export interface FileArguments {
  readonly path: string;
  readonly flags: ReadonlySet<string>;
}

/**
 * The arguments of a command that takes one file, which its usage calls `file`.
 *
 * @throws UsageError when there is no file or more than one, or a flag that is not among `known`.
 */
export function parseArguments(
  command: string,
  args: readonly string[],
  known: readonly string[],
  file = '<config.json>',
): FileArguments {
  const flags = args.filter((argument) => argument.startsWith('-'));
  const unknown = flags.find((flag) => !known.includes(flag));
  if (unknown !== undefined) throw new UsageError(`${command} does not know ${unknown}`);
  const [path, ...rest] = args.filter((argument) => !argument.startsWith('-'));
  if (path === undefined || rest.length > 0) {
    const usage = ['holdfast', command, file, ...known.map((flag) => `[${flag}]`)].join(' ');
    throw new UsageError(`${command} takes one file: ${usage}`);
  }
  return { path, flags: new Set(flags) };
}
