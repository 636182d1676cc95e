import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ToldSpan } from './programs/traced-program.ts';

const run = promisify(execFile);

/** What the program told. */
export interface Told {
  readonly spans: readonly ToldSpan[];
  readonly [beside: string]: unknown;
}

/** Runs a program of `programs/` in a process of its own: instrumentations change modules for good. */
export async function runProgram<Result = Told>(name: string, ...args: readonly string[]): Promise<Result> {
  const program = fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url));
  const node = ['--import', 'tsx', '--conditions=@holdfast/source', program, ...args];
  const { stdout } = await run(process.execPath, node, { timeout: 60_000 });
  return JSON.parse(stdout) as Result;
}
