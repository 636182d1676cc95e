import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from './usage-error.ts';

/**
 * A package that the user has installed: beside the project that the command is called in, or beside this one.
 *
 * @throws UsageError when it is not there; it says what it is needed for, and how it is installed.
 */
export async function importInstalled<Module>(
  name: string,
  needed: { readonly for: string; readonly install: string },
): Promise<Module> {
  for (const from of [pathToFileURL(join(process.cwd(), 'package.json')).href, import.meta.url]) {
    let path: string;
    try {
      path = createRequire(from).resolve(name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') continue;
      throw error;
    }
    return (await import(pathToFileURL(path).href)) as Module;
  }
  throw new UsageError(
    `${needed.for} needs the package ${name}, which is not installed: npm install ${needed.install}`,
  );
}
