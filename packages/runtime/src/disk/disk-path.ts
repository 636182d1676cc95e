import { join } from 'node:path';
import { invalidArgument } from '@holdfast/core';

/**
 * Where the file or directory `path` of a disk lies on this machine. Only names go into it: none of them leaves the root.
 * What a symbolic link within the root leads to is the business of whoever put it there.
 *
 * @throws HoldfastError INVALID_ARGUMENT.
 */
export function diskPath(root: string, field: string, path: string): string {
  for (const name of path.split('/')) {
    if (name === '' || name === '.' || name === '..' || forbidden.test(name)) {
      throw invalidArgument(field, path, "names between single slashes, none of them '.' or '..'");
    }
  }
  return join(root, path);
}

/** As {@link diskPath}, and '' for the root. */
export function directoryPath(root: string, field: string, path: string): string {
  return path === '' ? root : diskPath(root, field, path);
}

/** What no system takes, or what separates names on some. */
const forbidden: RegExp = process.platform === 'win32' ? /[\0\\:]/ : /\0/;
