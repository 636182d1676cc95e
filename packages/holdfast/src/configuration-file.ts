import { UsageError } from './usage-error.ts';

/** What the arguments of a command that reads one configuration say. */
export interface ConfigurationArguments {
  readonly path: string;
  readonly flags: ReadonlySet<string>;
}

/** @throws UsageError when there is no file or more than one, or a flag that is not among `known`. */
export function parseArguments(
  command: string,
  args: readonly string[],
  known: readonly string[],
): ConfigurationArguments {
  const flags = args.filter((argument) => argument.startsWith('-'));
  const unknown = flags.find((flag) => !known.includes(flag));
  if (unknown !== undefined) throw new UsageError(`${command} does not know ${unknown}`);
  const [path, ...rest] = args.filter((argument) => !argument.startsWith('-'));
  if (path === undefined || rest.length > 0) {
    const usage = ['holdfast', command, '<config.json>', ...known.map((flag) => `[${flag}]`)].join(' ');
    throw new UsageError(`${command} takes one file: ${usage}`);
  }
  return { path, flags: new Set(flags) };
}
