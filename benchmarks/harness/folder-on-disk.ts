import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A folder on the disk of this checkout: a temporary folder may be memory, on which nothing is ever durable. */
export function folderOnDisk(): string {
  const folder = fileURLToPath(new URL('../.data/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  return folder;
}
