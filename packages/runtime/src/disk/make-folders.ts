import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes the folder at `path`, and those above it that are missing, for their owner alone. Node's own recursive `mkdir`
 * never ends where no folder can be made although the one above is there, as below `/proc`.
 */
export async function makeFolders(path: string): Promise<void> {
  const whole = resolve(path);
  if (await isMade(whole)) return;
  await makeFolders(dirname(whole));
  await mkdir(whole, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    // Somebody else may have been faster.
    if (error.code !== 'EEXIST') throw error;
  });
}

/** Whether the folder is there now; false where the one above it is missing. */
async function isMade(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(path) !== path) return false;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return true;
    throw error;
  }
}
