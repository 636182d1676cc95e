import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** An example that needs nothing of Node, and so runs wherever core and resilience do. */
export interface PortableExample {
  readonly name: string;
  /** The last line that it prints. */
  readonly lastLine: string;
  /** One module without imports. */
  readonly code: string;
}

const portablePackages = ['@holdfast/core', '@holdfast/resilience'];

/** The examples that import nothing but the packages which run everywhere, bundled. */
export async function portableExamples(root: string): Promise<PortableExample[]> {
  const folder = join(root, 'examples');
  const examples: PortableExample[] = [];
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.ts'))) {
    const source = readFileSync(join(folder, name), 'utf8');
    const imports = [...source.matchAll(/from '(.+)';$/gm)].map(([, specifier]) => specifier!);
    if (!imports.every((specifier) => portablePackages.includes(specifier))) continue;
    const { outputFiles } = await build({
      entryPoints: [join(folder, name)],
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2023',
      platform: 'browser',
      conditions: ['@holdfast/source'],
    });
    const lastLine = /^\/\/ Ends with: (.+)$/m.exec(source)![1]!;
    examples.push({ name, lastLine, code: outputFiles[0]!.text });
  }
  return examples;
}
