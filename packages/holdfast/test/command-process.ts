import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('command-main.mjs', import.meta.url));

/** Built once: started from its source, a process takes several times as long to begin. */
execFileSync(process.execPath, [
  join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc'),
  '-b',
  fileURLToPath(new URL('..', import.meta.url)),
]);

/** The command line in a process of its own. */
export class CommandProcess {
  readonly child: ChildProcess;
  readonly out: string[] = [];
  readonly error: string[] = [];
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly #listeners = new Set<() => void>();
  /** Whether it has ended, and all that it said has been read. */
  #closed = false;

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#read('stdout', this.out);
    this.#read('stderr', this.error);
    this.exited = once(this.child, 'close').then(([code, signal]) => {
      this.#closed = true;
      for (const listener of this.#listeners) listener();
      return { code, signal };
    });
  }

  /** Resolves with the line that `find` accepts. @throws Error when it ends without one. */
  async line(stream: 'out' | 'error', find: (line: string) => boolean): Promise<string> {
    for (;;) {
      const found = this[stream].find(find);
      if (found !== undefined) return found;
      if (this.#closed) {
        throw new Error(
          `it ended with ${this.child.exitCode ?? this.child.signalCode}: ${this.error.join('\n')}`,
        );
      }
      await new Promise<void>((resolve) => {
        const once = () => {
          this.#listeners.delete(once);
          resolve();
        };
        this.#listeners.add(once);
      });
    }
  }

  #read(name: 'stdout' | 'stderr', lines: string[]): void {
    createInterface({ input: this.child[name]! }).on('line', (line) => {
      lines.push(line);
      for (const listener of this.#listeners) listener();
    });
  }
}

/** Runs the command to its end. */
export async function runCommand(...args: readonly string[]) {
  const command = new CommandProcess(args);
  const { code } = await command.exited;
  return { code, out: command.out.join('\n'), error: command.error.join('\n') };
}
