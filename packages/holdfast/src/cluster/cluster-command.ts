import type { ClusterClient } from '@holdfast/cluster';
import type { Address } from '@holdfast/core';
import type { Output } from '../output.ts';

/** A command of `holdfast cluster`. */
export interface ClusterCommand {
  /** What stands after its name. */
  readonly usage: string;
  readonly summary: string;
  /** How many arguments it takes, at least and at most. */
  readonly takes: readonly [least: number, most: number];
  /** Its own options: those with a value, and switches. */
  readonly options?: Readonly<Record<string, 'value' | 'switch'>>;
  run(asked: Asked): Promise<void>;
}

/** What a command is asked to do. */
export interface Asked {
  readonly arguments: readonly string[];
  /** The values of its own options. A switch that is on says `true`. */
  readonly options: Readonly<Record<string, string | undefined>>;
  readonly endpoints: readonly Address[];
  /** A client of the cluster; it is closed when the command is done. */
  client(): ClusterClient;
  /** Prints `json` where JSON is asked for, else the lines. */
  print(json: unknown, lines: readonly string[]): void;
  readonly output: Output;
}
