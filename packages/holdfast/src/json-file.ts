import { readFile } from 'node:fs/promises';
import { messageOf, UsageError } from './usage-error.ts';

/** The JSON in the file at `path`. @throws UsageError when it cannot be read or is no JSON. */
export async function readJsonFile(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${messageOf(error)}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${messageOf(error)}`);
  }
}
