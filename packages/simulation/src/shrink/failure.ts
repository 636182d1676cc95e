import type { ReplayFile } from '../scenario/replay-file.ts';
import type { RunResult } from '../scenario/run-result.ts';

/** A failure, found and shrunk. */
export interface Failure {
  /** The run as it was found. */
  readonly found: RunResult;
  /** The smallest run known that fails in the same way, with its trace. */
  readonly shrunk: RunResult;
  /** Faults, improbable choices and operations in `found`. */
  readonly decisionsFound: number;
  /** The same in `shrunk`. */
  readonly decisions: number;
  /** Runs that shrinking took. */
  readonly runs: number;
  /** The line that replays `found`. */
  readonly replayLine: string;
  /** What replays `shrunk`, as data. */
  readonly replayFile: ReplayFile;
  /** All of it for a person, over several lines. */
  readonly text: string;
}

export interface ShrinkOptions {
  /** How many runs shrinking may take. Default 1,000. */
  readonly runsMax?: number;
  /** The commit of the code, where known: it goes into the replay line and file. */
  readonly commit?: string | undefined;
  /** The line that makes a run again. Default: the call of `runSeed` that does. */
  readonly replayLine?: ((found: RunResult) => string) | undefined;
}
