import type { CampaignResult, RunResult } from '@holdfast/simulation';
import type { RunFiles } from './run-files.ts';

/** What came of a scenario, as `--json` prints it. */
export interface SearchOutcome {
  readonly scenario: string;
  readonly verdict: RunResult['verdict'];
  /** What is wrong, for a person; empty when nothing is. */
  readonly text: string;
  /** Of the run that failed, or of the one that was asked for. */
  readonly seed?: number | string;
  /** The line that makes that run again. */
  readonly replay?: string;
  readonly files?: RunFiles;
  /** What the search took. */
  readonly search?: SearchEffort;
}

export interface SearchEffort {
  readonly runs: number;
  readonly seconds: number;
  readonly virtualHours: number;
  /** Why the search ended. */
  readonly stopped: CampaignResult['stopped'];
}
