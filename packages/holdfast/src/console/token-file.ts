import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../usage-error.ts';

const lengthMin = 16;

/**
 * The token in a file; where there is none, one is made that only its owner can read.
 *
 * @throws UsageError when it is too short for one.
 */
export async function readToken(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const made = randomBytes(24).toString('base64url');
  try {
    await writeFile(path, `${made}\n`, { flag: 'wx', mode: 0o600 });
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const token = (await readFile(path, 'utf8')).trim();
    if (token.length >= lengthMin) return token;
    throw new UsageError(
      `${path} has to hold a token of at least ${lengthMin} characters: without the file, one is made`,
    );
  }
}
