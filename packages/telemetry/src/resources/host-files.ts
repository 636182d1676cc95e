import { readFileSync } from 'node:fs';

/** Reads small files of the kernel, such as those under `/proc`. */
export interface HostFiles {
  /** The text of a file; undefined where it is not there or may not be read. */
  read(path: string): string | undefined;
}

/**
 * The files of the host that this process runs on: what lies there is in memory, and waits for no disk. A file is read once, for
 * all who ask for it, until {@link forget}.
 */
export class KernelFiles implements HostFiles {
  readonly #texts = new Map<string, string | undefined>();

  read(path: string): string | undefined {
    if (!this.#texts.has(path)) this.#texts.set(path, readNow(path));
    return this.#texts.get(path);
  }

  /** From now on, files are read anew. */
  forget(): void {
    this.#texts.clear();
  }
}

function readNow(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
