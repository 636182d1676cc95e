import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isSource, type SourceTree } from '@holdfast/insight';
import { UsageError } from '../usage-error.ts';

/** Folders that hold no code of the code base itself; the latter where they lie beside a package.json. */
const skipped = new Set(['node_modules', 'dist']);
const skippedInPackages = new Set(['build', 'coverage', 'out']);
const filesMax = 100_000;
/** Longer files are generated, and import nothing that a person wrote. */
const bytesMax = 2_000_000;

/**
 * The files below a folder but those of dependencies, of builds, and hidden ones. Links are not followed.
 *
 * @throws UsageError when there are more than 100,000.
 */
export function readSourceTree(root: string): SourceTree {
  const paths = new Set<string>();
  const folders = [''];
  for (const folder of folders) {
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    const isPackage = entries.some(({ name }) => name === 'package.json');
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        const skips = skipped.has(entry.name) || (isPackage && skippedInPackages.has(entry.name));
        if (!skips && !entry.name.startsWith('.')) folders.push(path);
      } else if (entry.isFile()) {
        paths.add(path);
      }
    }
    if (paths.size > filesMax)
      throw new UsageError(`${root} has more than ${filesMax} files: name a folder in it`);
  }
  return { paths, text: (path) => textOf(join(root, path)) };
}

function textOf(path: string): string {
  return isSource(path) && statSync(path).size > bytesMax ? '' : readFileSync(path, 'utf8');
}
