import type { ReplayFile } from './replay-file.ts';
import type { RunOptions } from './run-options.ts';
import type { RunResult } from './run-result.ts';

export interface ReplayLineOptions {
  /** The commit of the code, where known. */
  readonly commit?: string | undefined;
}

/** The call that makes the run of `result` again, as far as its seed alone made it. */
export function replayCall({ seed, strategy }: RunResult): string {
  const written = typeof seed === 'number' ? seed : JSON.stringify(seed);
  const others = strategy === 'swarm' ? '' : `, strategy: '${strategy}'`;
  return `runSeed(scenario, { seed: ${written}${others} })`;
}

/** The same as a command, for a scenario that `holdfast simulate` knows. */
export function replayLine(
  { scenario, seed, strategy }: RunResult,
  { commit }: ReplayLineOptions = {},
): string {
  const words = ['npx holdfast simulate', shellWord(scenario), '--seed', shellWord(String(seed))];
  if (strategy !== 'swarm') words.push('--strategy', strategy);
  if (commit !== undefined) words.push('--commit', shellWord(commit));
  return words.join(' ');
}

/** Everything that makes the run of `result` again, as data. */
export function replayFile(result: RunResult, { commit }: ReplayLineOptions = {}): ReplayFile {
  const { scenario, seed, strategy, plan, operations, hosts, storm, restricted, choices, order } = result;
  return {
    version: 1,
    scenario,
    seed,
    strategy,
    storm,
    ...(hosts && { hosts }),
    plan,
    operations,
    ...(restricted && { only: choices }),
    ...(order && { order }),
    ...(commit !== undefined && { commit }),
  };
}

/** What makes {@link runSeed} repeat the run of a file. */
export function replayOptions({
  seed,
  strategy,
  plan,
  operations,
  only,
  order,
  hosts,
  storm,
}: ReplayFile): RunOptions {
  return {
    seed,
    strategy,
    plan,
    operations,
    storm: `${storm}us`,
    ...(only && { only }),
    ...(order && { order }),
    ...(hosts && { hosts }),
  };
}

function shellWord(word: string): string {
  return /^[\w./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
