import type { Output } from '../src/output.ts';

/** What a command has written, and the exit code that it ends with. */
export async function outputOf(run: (output: Output) => Promise<number>): Promise<{
  readonly code: number;
  readonly out: string;
  readonly error: string;
}> {
  const out: string[] = [];
  const error: string[] = [];
  const code = await run({ out: (line) => out.push(line), error: (line) => error.push(line) });
  return { code, out: out.join('\n'), error: error.join('\n') };
}
