import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type Check, checks } from './report/verdict.ts';
import { type Variant, variants } from './stack/stack.ts';

/** What the command line asks for. */
export interface Arguments {
  readonly help: boolean;
  /** Length of each run; undefined leaves the storm to the person at the keyboard, where there is one. */
  readonly durationMillis: number | undefined;
  readonly seed: number;
  readonly json: boolean;
  /** The first of five ports; 0 finds free ones. */
  readonly port: number;
  readonly ordersPerSecond: number;
  /** The only stack to run; in a terminal, the one to begin with. */
  readonly stack: Variant | undefined;
  /** Whether the shop tells of itself, and a console listens. */
  readonly telemetry: boolean;
  /** Of a hundred traces, so many are told. */
  readonly tracesPercent: number;
  readonly check: Check;
  /** Where what each run's console stored is kept; undefined: nowhere. */
  readonly keep: string | undefined;
  /** How many seeds to run in the simulator, instead of a storm over real processes. */
  readonly prove: number | undefined;
}

export const usage: string = `npm start -- [options]

A small shop of five processes, under Holdfast with a store of three more, and a storm. In a terminal you are the storm: the keys are on the screen.
With --duration, or without a terminal, a seeded storm runs by itself: over the same shop bare, with what a
careful team uses today, and with Holdfast. The report sets them side by side.

  --duration <time>   length of each of the three runs, such as 20s or 2m (default 60s without a terminal)
  --seed <number>     decides the storm and the customers (default 1)
  --rate <number>     orders per second (default 50)
  --stack <name>      only this one: ${variants.join(', ')}; in a terminal, the one to begin with
  --telemetry off     nobody watches the shop; without it, a console does, whose address is printed
  --traces <percent>  so many of a hundred traces are told to the console (default 100)
  --keep <folder>     keeps there what the console stored of each run, with a record of what befell whom
  --port <number>     the gateway's port; the services take the four after it (default 7410, 0 finds free ones)
  --prove [<count>]   runs the same orders through the same storm in a simulator instead, for so many seeds from
                      --seed on (default 1), in simulated time
  --json              prints the report as JSON, as the last line of standard output
  --check <what>      what the exit code is about: orders (none lost or doubled), or all (the default: also
                      goodput and p99 at most 10 % worse than today's stack)
  --help              prints this

Exit codes: 0 all is well, 1 the Holdfast run fails the check, or a seed of --prove, 2 it could not be run as asked.
`;

/** A flag or a value that cannot work. */
export class UsageError extends Error {}

const longestMillis = 3_600_000;
const shortestMillis = 1_000;

/** @throws UsageError naming the flag and the value. */
export function parseArguments(argv: readonly string[]): Arguments {
  const { duration, seed, json, port, rate, stack, telemetry, traces, keep, check, prove, help } = read(argv);
  return {
    help: help ?? false,
    durationMillis: duration === undefined ? undefined : toMillis(duration),
    seed: toWhole('--seed', seed ?? '1', 0, Number.MAX_SAFE_INTEGER),
    json: json ?? false,
    port: toWhole('--port', port ?? '7410', 0, 65_531),
    ordersPerSecond: toWhole('--rate', rate ?? '50', 1, 2_000),
    stack: stack === undefined ? undefined : toOneOf('--stack', stack, variants),
    telemetry: toOneOf('--telemetry', telemetry ?? 'on', ['on', 'off']) === 'on',
    tracesPercent: toWhole('--traces', traces ?? '100', 1, 100),
    keep,
    check: toOneOf('--check', check ?? 'all', checks),
    prove: prove === undefined ? undefined : toWhole('--prove', prove, 1, 10_000_000),
  };
}

type Values = Partial<
  Record<
    'duration' | 'seed' | 'port' | 'rate' | 'stack' | 'telemetry' | 'traces' | 'keep' | 'check' | 'prove',
    string
  >
> & {
  json?: boolean;
  help?: boolean;
};

function read(argv: readonly string[]): Values {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    duration: text,
    seed: text,
    port: text,
    rate: text,
    stack: text,
    telemetry: text,
    traces: text,
    keep: text,
    check: text,
    prove: text,
    json: flag,
    help: flag,
  };
  return readFlags(withProveCount(argv), options);
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** @throws UsageError for a flag that there is not. */
export function readFlags<const O extends Options>(
  argv: readonly string[],
  options: O,
): ReturnType<typeof parseArgs<{ options: O }>>['values'] {
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const [first] = (error as Error).message.split('\n');
    throw new UsageError(`${first} (--help says what there is)`);
  }
}

/** `--prove` alone stands for one seed. */
function withProveCount(argv: readonly string[]): string[] {
  return argv.map((word, at) => (word === '--prove' && !/^\d/.test(argv[at + 1] ?? '') ? '--prove=1' : word));
}

function toMillis(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text);
  const unit = { ms: 1, s: 1_000, m: 60_000 }[match?.[2] ?? 's']!;
  const millis = Math.round(Number(match?.[1]) * unit);
  if (match === null || millis < shortestMillis || millis > longestMillis) {
    throw new UsageError(
      `--duration is ${JSON.stringify(text)}, but must be a time from 1s to 60m, such as 20s`,
    );
  }
  return millis;
}

/** @throws UsageError for what is no whole number within these limits. */
export function toWhole(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new UsageError(
      `${flag} is ${JSON.stringify(text)}, but must be a whole number from ${least} to ${most}`,
    );
  }
  return value;
}

function toOneOf<T extends string>(flag: string, text: string, allowed: readonly T[]): T {
  if (!(allowed as readonly string[]).includes(text)) {
    throw new UsageError(`${flag} is ${JSON.stringify(text)}, but must be one of ${allowed.join(', ')}`);
  }
  return text as T;
}
