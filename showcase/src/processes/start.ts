import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);

/** Starts a module of this showcase, named from the source root without its extension, as a process of its own. */
export function startProcess(module: string, argument: string, options: ForkOptions): ChildProcess {
  return fork(join(dirname(here), '..', `${module}${extname(here)}`), [argument], options);
}
