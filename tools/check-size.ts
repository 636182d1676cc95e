import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { CheckResult } from './check-result.ts';

/** What a browser would load for some imports, and how large that may get, minified and gzipped. */
interface SizeBudget {
  readonly name: string;
  /** The module that a user would write. */
  readonly entry: string;
  readonly limitBytes: number;
}

/** Bundles each entry of `size-budgets.json` for browsers, which also proves that no `node:` module gets in. */
export async function check(root: string): Promise<CheckResult> {
  const budgets: SizeBudget[] = JSON.parse(
    readFileSync(new URL('size-budgets.json', import.meta.url), 'utf8'),
  );
  const facts: string[] = [];
  const problems: string[] = [];
  for (const { name, entry, limitBytes } of budgets) {
    const { code, errors } = await bundle(root, entry);
    const bytes = gzipSync(code, { level: 9 }).length;
    problems.push(...errors.map((error) => `${name}: ${error}`));
    facts.push(`${name}: ${code.length} bytes minified, ${bytes} gzipped, of at most ${limitBytes}`);
    if (bytes > limitBytes) problems.push(`${name}: ${bytes} bytes are ${bytes - limitBytes} too many`);
  }
  return { facts, problems };
}

async function bundle(root: string, entry: string): Promise<{ code: Uint8Array; errors: string[] }> {
  try {
    const { outputFiles } = await build({
      stdin: { contents: entry, resolveDir: `${root}/tools`, loader: 'ts' },
      bundle: true,
      write: false,
      minify: true,
      format: 'esm',
      target: 'es2023',
      platform: 'browser',
      conditions: ['@holdfast/source'],
      logLevel: 'silent',
    });
    return { code: outputFiles[0]?.contents ?? new Uint8Array(), errors: [] };
  } catch (error) {
    const { errors = [] } = error as {
      errors?: { text: string; location?: { file: string; line: number } }[];
    };
    if (errors.length === 0) throw error;
    return {
      code: new Uint8Array(),
      errors: errors.map(({ text, location }) => `${location?.file}:${location?.line}: ${text}`),
    };
  }
}
