import { readJsonFile } from '../json-file.ts';
import { UsageError } from '../usage-error.ts';
import { type FlagName, flags, isFlagName, isSwitch } from './flags.ts';
import { unknownFlag } from './unknown-flag.ts';

/** What was given for an option, and where, as an error names it: `--name`, `ETCD_NAME`, `name in node.json`. */
export interface FlagValue {
  readonly text: string;
  readonly source: string;
}

export interface FlagValues {
  readonly values: ReadonlyMap<FlagName, FlagValue>;
  /** What is odd, but stands in nobody's way. */
  readonly warnings: readonly string[];
}

/**
 * What the options are set to: by an argument, else by a variable of the environment (`HOLDFAST_DATA_DIR`, else
 * `ETCD_DATA_DIR`), else in the file that `config-file` names.
 *
 * @throws UsageError for what it does not know or cannot read.
 */
export async function readFlagValues(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<FlagValues> {
  const given = fromArguments(args);
  const { values: inEnvironment, warnings } = fromEnvironment(environment);
  const values = new Map([...inEnvironment, ...given]);
  const file = values.get('config-file');
  if (file === undefined) return { values, warnings };
  const inFile = fromFile(await readJsonFile(file.text), file.text);
  return { values: new Map([...inFile, ...values]), warnings };
}

/** `--name value`, `--name=value`, `--switch`, `--switch=false`; one dash does as well, as it does for etcd. */
function fromArguments(args: readonly string[]): Map<FlagName, FlagValue> {
  const values = new Map<FlagName, FlagValue>();
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index]!;
    const match = /^--?([^=]+)(?:=(.*))?$/s.exec(argument === '-h' ? '--help' : argument);
    if (match === null) {
      throw new UsageError(`node takes options only, not '${argument}'; 'holdfast node --help' lists them`);
    }
    const name = known(match[1]!, unknownFlag);
    let text = match[2];
    if (text === undefined && isSwitch(name)) text = 'true';
    if (text === undefined) {
      index += 1;
      text = args[index];
    }
    if (text === undefined) throw new UsageError(`--${name} needs a value`);
    if (values.has(name)) throw new UsageError(`--${name} is given twice`);
    values.set(name, { text, source: `--${name}` });
  }
  return values;
}

function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): FlagValues {
  const values = new Map<FlagName, FlagValue>();
  const warnings: string[] = [];
  for (const name of Object.keys(flags) as FlagName[]) {
    if (name === 'help') continue;
    const suffix = name.toUpperCase().replaceAll('-', '_');
    for (const variable of [`HOLDFAST_${suffix}`, `ETCD_${suffix}`]) {
      const text = environment[variable];
      if (text === undefined) continue;
      if (values.has(name)) warnings.push(`${variable} is not heeded: ${values.get(name)?.source} says more`);
      else values.set(name, { text, source: variable });
    }
  }
  for (const variable of Object.keys(environment)) {
    if (!variable.startsWith('ETCD_') || [...values.values()].some(({ source }) => source === variable))
      continue;
    if (isFlagName(variable.slice('ETCD_'.length).toLowerCase().replaceAll('_', '-'))) continue;
    warnings.push(`${variable} is not heeded: there is no such option`);
  }
  return { values, warnings };
}

/** The sections of etcd's own files, whose options stand here without their prefix. */
const sections: Readonly<Record<string, string>> = {
  'client-transport-security': '',
  'peer-transport-security': 'peer-',
};

function fromFile(content: unknown, path: string): Map<FlagName, FlagValue> {
  const values = new Map<FlagName, FlagValue>();
  const take = (object: unknown, prefix: string, where: string): void => {
    if (typeof object !== 'object' || object === null || Array.isArray(object)) {
      throw new UsageError(`${where} must be an object of options, such as {"name": "a"}`);
    }
    for (const [key, value] of Object.entries(object)) {
      const section = prefix === '' && Object.hasOwn(sections, key) ? sections[key] : undefined;
      if (section !== undefined) take(value, section, `${key} in ${path}`);
      else {
        const source = `${prefix}${key} in ${path}`;
        const name = known(`${prefix}${key}`, (unknown) => `${source}: ${unknownFlag(unknown)}`);
        values.set(name, { text: textOf(value, source), source });
      }
    }
  };
  take(content, '', path);
  if (values.has('config-file') || values.has('help')) {
    throw new UsageError(`${path} may not set config-file or help`);
  }
  return values;
}

function textOf(value: unknown, source: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join(',');
  throw new UsageError(
    `${source} is ${JSON.stringify(value)}, but must be a text, a number, true, false or a list of texts`,
  );
}

function known(name: string, otherwise: (name: string) => string): FlagName {
  if (isFlagName(name)) return name;
  throw new UsageError(otherwise(name));
}
