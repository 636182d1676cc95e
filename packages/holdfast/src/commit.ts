import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The commit that the working folder is at; undefined where it has been changed since, or is no repository. */
export async function currentCommit(): Promise<string | undefined> {
  try {
    const { stdout: changes } = await run('git', ['status', '--porcelain', '--untracked-files=no']);
    if (changes !== '') return undefined;
    const { stdout } = await run('git', ['rev-parse', '--short=12', 'HEAD']);
    return stdout.trim();
  } catch {
    return undefined; // No git, or no repository: a seed is told without a commit then.
  }
}
