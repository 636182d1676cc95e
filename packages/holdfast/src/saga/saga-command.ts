import type { LedgerVisit } from '@holdfast/transactions';

/** A command of `holdfast saga`. */
export interface SagaCommand {
  /** What stands after its name. */
  readonly usage: string;
  readonly summary: string;
  /** How many arguments it takes, at least and at most. */
  readonly takes: readonly [least: number, most: number];
  /** Its own options, each with a value. */
  readonly options?: readonly string[];
  run(asked: Asked): Promise<void>;
}

/** What a command is asked to do. */
export interface Asked {
  readonly arguments: readonly string[];
  readonly options: Readonly<Record<string, string | undefined>>;
  readonly visit: LedgerVisit;
  /** Which ledger it is, as it stands on the command line: for commands to go on with. */
  readonly ledger: string;
  /** Prints `json` where JSON is asked for, else the lines. */
  print(json: unknown, lines: readonly string[]): void;
}
