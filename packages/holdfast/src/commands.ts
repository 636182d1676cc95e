import type { Output } from './output.ts';

/** A command of the command line; its code is loaded when it is called for. */
export interface Command {
  /** One line for the help. */
  readonly summary: string;
  load(): Promise<CommandModule>;
}

/** What the module of a command exports. */
export interface CommandModule {
  /**
   * Runs the command with the arguments after its name and returns the exit code.
   *
   * @throws UsageError when it does not understand them.
   */
  run(args: readonly string[], output: Output): Promise<number>;
}

/** The commands by name. */
export const commands: Readonly<Record<string, Command>> = {
  analyse: {
    summary: 'say what a configured pipeline comes to in the worst case, and what is wrong with its order',
    load: () => import('./analyse.ts'),
  },
  cluster: {
    summary: 'look after a running cluster: its members, its leader, its snapshots',
    load: () => import('./cluster.ts'),
  },
  console: {
    summary: 'receive the telemetry of a system, and show on a web page how it is and why',
    load: () => import('./console.ts'),
  },
  imports: {
    summary: 'say who imports whom in a code base: circles, and files that nothing leads to',
    load: () => import('./imports.ts'),
  },
  journal: {
    summary: 'say what a journal holds, and whether it is what was written',
    load: () => import('./journal.ts'),
  },
  node: {
    summary: "run a member of a cluster that serves etcd's API",
    load: () => import('./node.ts'),
  },
  prove: {
    summary: 'search for faults that break a scenario of yours, and explain the smallest that do',
    load: () => import('./prove.ts'),
  },
  saga: {
    summary: 'show the sagas of a ledger, and tell those that are stuck what to do',
    load: () => import('./saga.ts'),
  },
  simulate: {
    summary: 'the same for what Holdfast brings along, such as Raft',
    load: () => import('./simulate.ts'),
  },
  show: {
    summary: 'make the page of a run from its trace',
    load: () => import('./show.ts'),
  },
  validate: {
    summary: 'say what is wrong with a configuration',
    load: () => import('./validate.ts'),
  },
};
