import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyScenario } from '@holdfast/simulation';
import { UsageError } from './usage-error.ts';

/**
 * The scenarios that a module exports by default: one, or an array of them. TypeScript is read by Node where it can
 * (22.18 and newer), else by `tsx` where the user has it installed.
 *
 * @throws UsageError when there is no such file, nothing can read it, or it exports something else.
 */
export async function loadScenarios(path: string): Promise<readonly AnyScenario[]> {
  const file = resolve(path);
  if (!existsSync(file)) throw new UsageError(`there is no file ${path}`);
  if (/\.[mc]?tsx?$/.test(file) && !readsTypeScript()) await registerTsx(file);
  let module: { readonly default?: unknown };
  try {
    module = await import(pathToFileURL(file).href);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new UsageError(`${path} could not be loaded: ${text}`);
  }
  const exported = module.default;
  const scenarios: readonly unknown[] = Array.isArray(exported) ? exported : [exported];
  const wrong = scenarios.findIndex((scenario) => !isScenario(scenario));
  if (wrong !== -1 || scenarios.length === 0) {
    const where = Array.isArray(exported) ? `; item ${wrong} of its default export is none` : '';
    throw new UsageError(`${path} must export a Scenario by default, or an array of them${where}`);
  }
  return scenarios as readonly AnyScenario[];
}

/** Whether Node itself leaves the types out. */
function readsTypeScript(): boolean {
  const { typescript } = process.features as { readonly typescript?: string | false };
  return typeof typescript === 'string' || process.execArgv.some((flag) => flag.includes('tsx'));
}

async function registerTsx(file: string): Promise<void> {
  let entry: string;
  try {
    entry = createRequire(file).resolve('tsx/esm/api');
  } catch {
    throw new UsageError(
      `Node ${process.versions.node} does not read TypeScript: use Node 22.18 or newer, install tsx beside ` +
        `${file}, or compile it`,
    );
  }
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
