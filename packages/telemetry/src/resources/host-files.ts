import { readFileSync } from 'node:fs';

/** Reads small files of the kernel, such as those under `/proc`. */
export interface HostFiles {
  /** The text of a file; undefined where it is not there or may not be read. */
  read(path: string): string | undefined;
}

/** Of the host that this process runs on. What lies there is in memory: reading it waits for no disk. */
export const hostFiles: HostFiles = {
  read(path) {
    try {
      return readFileSync(path, 'latin1');
    } catch {
      return undefined;
    }
  },
};
