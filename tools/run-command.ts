import { spawn } from 'node:child_process';

/** How a command ended: its exit code (null when a signal ended it) and all that it printed. */
export interface CommandResult {
  readonly code: number | null;
  readonly output: string;
}

/** Where and for how long a command runs. */
export interface CommandOptions {
  readonly cwd: string;
  /** Milliseconds after which the command is killed. */
  readonly timeout?: number;
}

/** Runs a command without a shell and collects what it prints on both streams. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeout,
      killSignal: 'SIGKILL',
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** Runs a TypeScript file on the sources of the workspace, which plain Node 20 cannot. */
export function runTypeScript(file: string, options: CommandOptions): Promise<CommandResult> {
  return runCommand(process.execPath, ['--conditions=@holdfast/source', '--import', 'tsx', file], options);
}
