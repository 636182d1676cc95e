import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildFailure, build } from 'esbuild';
import type { CheckResult } from './check-result.ts';

/** What a browser would load for some imports, and how large that may get, minified and gzipped. */
interface SizeBudget {
  readonly name: string;
  /** The module that a user would write. */
  readonly entry: string;
  /** Where it stands: a change that makes it larger has to say so here. */
  readonly limitBytes: number;
  /** Where it should get to. */
  readonly goalBytes: number;
}

/** Bundles each entry of `size-budgets.json` for browsers, which also proves that no `node:` module gets in. */
export async function check(root: string): Promise<CheckResult> {
  const budgets: SizeBudget[] = JSON.parse(
    readFileSync(new URL('size-budgets.json', import.meta.url), 'utf8'),
  );
  const facts: string[] = [];
  const problems: string[] = [];
  for (const { name, entry, limitBytes, goalBytes } of budgets) {
    const { code, heaviest, errors } = await bundle(root, entry);
    if (errors.length > 0) {
      problems.push(...errors.map((error) => `${name}: ${error}`));
      continue;
    }
    const bytes = gzipSync(code, { level: 9 }).length;
    facts.push(
      `${name}: ${code.length} bytes minified, ${bytes} gzipped, of at most ${limitBytes}; the goal is ${goalBytes}`,
    );
    if (bytes > limitBytes) {
      problems.push(
        `${name}: ${bytes - limitBytes} bytes too many; the heaviest files: ${heaviest.join(', ')}`,
      );
    }
  }
  return { facts, problems };
}

interface Bundle {
  readonly code: Uint8Array;
  /** The files that weigh most in it, minified, each with its bytes. */
  readonly heaviest: readonly string[];
  readonly errors: readonly string[];
}

async function bundle(root: string, entry: string): Promise<Bundle> {
  const result = await build({
    stdin: { contents: entry, resolveDir: join(root, 'tools'), loader: 'ts' },
    absWorkingDir: root,
    bundle: true,
    write: false,
    minify: true,
    metafile: true,
    format: 'esm',
    target: 'es2023',
    platform: 'browser',
    conditions: ['@holdfast/source'],
    logLevel: 'silent',
  }).catch((failure: BuildFailure) => failure);
  if (result instanceof Error) {
    const errors = result.errors.map(({ text, location }) => `${location?.file}:${location?.line}: ${text}`);
    return { code: new Uint8Array(), heaviest: [], errors };
  }
  const [output] = result.outputFiles;
  const [weights] = Object.values(result.metafile.outputs);
  const heaviest = Object.entries(weights?.inputs ?? {})
    .sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
    .slice(0, 6)
    .map(([file, { bytesInOutput }]) => `${file} ${bytesInOutput}`);
  return { code: output?.contents ?? new Uint8Array(), heaviest, errors: [] };
}
