import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyScenario } from '@holdfast/simulation';
import { UsageError } from './usage-error.ts';

/** What Node says where it does not read TypeScript, or not what is written there. */
const needsTsx: readonly unknown[] = ['ERR_UNKNOWN_FILE_EXTENSION', 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'];

/**
 * The scenarios that a module exports by default: one, or an array of them. TypeScript is read by Node where it can
 * (22.18 and newer), else by `tsx` where the user has it installed.
 *
 * @throws UsageError when there is no such file, nothing can read it, or it exports something else.
 */
export async function loadScenarios(path: string): Promise<readonly AnyScenario[]> {
  const file = resolve(path);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new UsageError(`there is no file ${path}`);
  let exported: unknown;
  try {
    exported = await importDefault(file);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw error instanceof UsageError ? error : new UsageError(`${path} could not be loaded: ${text}`);
  }
  const scenarios: readonly unknown[] = Array.isArray(exported) ? exported : [exported];
  const wrong = scenarios.findIndex((scenario) => !isScenario(scenario));
  if (wrong !== -1 || scenarios.length === 0) {
    const where = Array.isArray(exported) ? `; item ${wrong} of its default export is none` : '';
    throw new UsageError(`${path} must export a Scenario by default, or an array of them${where}`);
  }
  return scenarios as readonly AnyScenario[];
}

async function importDefault(file: string): Promise<unknown> {
  const { href } = pathToFileURL(file);
  try {
    return (await import(href)).default;
  } catch (error) {
    if (!needsTsx.includes((error as { readonly code?: unknown }).code)) throw error;
    await registerTsx(file);
    // Node remembers that it could not read the file under its own address.
    return (await import(`${href}?tsx`)).default;
  }
}

async function registerTsx(file: string): Promise<void> {
  let manifest: string;
  try {
    manifest = createRequire(file).resolve('tsx/package.json');
  } catch {
    throw new UsageError(
      `Node ${process.versions.node} does not read ${file}: use Node 22.18 or newer, install tsx beside it, or compile it`,
    );
  }
  const { exports } = JSON.parse(readFileSync(manifest, 'utf8'));
  const entry = join(dirname(manifest), exports['./esm/api'].import.default);
  const { register } = (await import(pathToFileURL(entry).href)) as { register(): unknown };
  register();
}

function isScenario(value: unknown): value is AnyScenario {
  if (typeof value !== 'object' || value === null) return false;
  const { name, hosts, state } = value as Partial<AnyScenario>;
  return (
    typeof name === 'string' && typeof hosts === 'object' && hosts !== null && typeof state === 'function'
  );
}
