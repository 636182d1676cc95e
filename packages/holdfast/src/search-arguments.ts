import { parseArgs } from 'node:util';
import { isHoldfastError } from '@holdfast/core';
import { type ReplayFile, readReplayFile } from '@holdfast/simulation';
import { readJsonFile } from './json-file.ts';
import { UsageError } from './usage-error.ts';

/** What the commands that search for failures are asked to do. */
export interface SearchArguments {
  /** What to simulate, or the file to prove. Undefined where only help is asked for. */
  readonly subject: string | undefined;
  readonly help: boolean;
  /** Only the scenario of this name. */
  readonly scenario: string | undefined;
  readonly seeds: number | undefined;
  readonly minutes: number | undefined;
  readonly firstSeed: number | undefined;
  /** Run this one only. */
  readonly seed: string | undefined;
  readonly strategy: 'random' | 'swarm' | 'priorities' | 'mixed' | undefined;
  /** The contents of the file with a plan. */
  readonly plan: unknown;
  /** The run to repeat. */
  readonly replay: ReplayFile | undefined;
  /** The commit that a line to repeat a run names. */
  readonly commit: string | undefined;
  readonly json: boolean;
  /** The folder for the files of a failure. */
  readonly report: string;
  readonly html: string | undefined;
  readonly trace: string | undefined;
}

const strategies = ['random', 'swarm', 'priorities', 'mixed'] as const;

/** The options, for the help. */
export const searchOptionsHelp: readonly string[] = [
  '  --seeds <n>        how many seeds to run (default 1000)',
  '  --first-seed <n>   the first of them (default 0)',
  '  --minutes <n>      stop after so many minutes; without --seeds, run until then',
  '  --strategy <name>  random, swarm (default), priorities, or mixed: how faults and interleavings are drawn',
  '  --scenario <name>  only this one, where there are several',
  '  --seed <seed>      run this seed only',
  '  --plan <file>      execute the faults in this JSON file instead of drawn ones',
  '  --replay <file>    run again what a .replay.json file describes',
  '  --commit <hash>    the commit that a seed is of; says so if this is another one',
  '  --report <folder>  where to write what a failure is to be understood by (default holdfast-reports)',
  '  --html <file>      where to write the page of a failure, or of the one run, instead',
  '  --trace <file>     where to write its trace as JSON, instead',
  '  --json             print the outcome as JSON',
  '  --help             show this',
];

/** @throws UsageError when they cannot be understood, or a file cannot be read. */
export async function parseSearchArguments(
  command: string,
  args: readonly string[],
): Promise<SearchArguments> {
  const { values, positionals } = parsed(command, args);
  const { scenario, seed, strategy, plan, replay, commit, html, trace, json = false, help = false } = values;
  const { report = 'holdfast-reports' } = values;
  if (positionals.length > 1)
    throw new UsageError(`${command} takes one thing at a time, not ${positionals.join(' and ')}`);
  if (strategy !== undefined && !isStrategy(strategy)) {
    throw new UsageError(`--strategy is ${strategy}, but must be one of ${strategies.join(', ')}`);
  }
  const many = {
    '--seeds': values.seeds,
    '--first-seed': values['first-seed'],
    '--minutes': values.minutes,
  };
  if (replay !== undefined) {
    const whole = { ...many, '--seed': seed, '--plan': plan, '--strategy': strategy };
    leaveOut(whole, '--replay names a whole run');
  }
  if (seed !== undefined) leaveOut(many, '--seed runs one seed');
  if (seed !== undefined && strategy === 'mixed') {
    throw new UsageError(
      '--seed runs one seed: --strategy is mixed, but must be random, swarm or priorities',
    );
  }
  return {
    subject: positionals[0],
    help,
    scenario,
    seeds: whole('--seeds', values.seeds, 1),
    minutes: positive('--minutes', values.minutes),
    firstSeed: whole('--first-seed', values['first-seed'], 0),
    seed,
    strategy,
    plan: plan === undefined ? undefined : await readJsonFile(plan),
    replay: replay === undefined ? undefined : await readReplay(replay),
    commit,
    json,
    report,
    html,
    trace,
  };
}

function leaveOut(options: Readonly<Record<string, string | undefined>>, why: string): void {
  const option = Object.keys(options).find((name) => options[name] !== undefined);
  if (option !== undefined) throw new UsageError(`${why}: leave ${option} out`);
}

async function readReplay(path: string): Promise<ReplayFile> {
  const json = await readJsonFile(path);
  try {
    return readReplayFile(json);
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    throw new UsageError(`${path} describes no run: ${error.message}`);
  }
}

function parsed(command: string, args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        seeds: { type: 'string' },
        'first-seed': { type: 'string' },
        minutes: { type: 'string' },
        strategy: { type: 'string' },
        scenario: { type: 'string' },
        seed: { type: 'string' },
        plan: { type: 'string' },
        replay: { type: 'string' },
        commit: { type: 'string' },
        report: { type: 'string' },
        html: { type: 'string' },
        trace: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    const message = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new UsageError(`${command}: ${message}; 'holdfast ${command} --help' lists what there is`);
  }
}

function whole(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`${option} is ${text}, but must be a whole number from ${least}`);
}

function positive(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new UsageError(`${option} is ${text}, but must be a number above 0`);
}

function isStrategy(text: string): text is (typeof strategies)[number] {
  return (strategies as readonly string[]).includes(text);
}
