/** A command of the command line; its code is loaded when it is called for. */
export interface Command {
  /** One line for the help. */
  readonly summary: string;
  load(): Promise<CommandModule>;
}

/** What the module of a command exports. */
export interface CommandModule {
  /** Runs the command with the arguments after its name and returns the exit code. */
  run(args: readonly string[]): Promise<number>;
}

/** The commands by name. */
export const commands: Readonly<Record<string, Command>> = {};
