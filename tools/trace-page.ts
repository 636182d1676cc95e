import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const folder = 'packages/simulation/src/report';

/** The generated file, from the root. */
export const generatedPath: string = `${folder}/page.generated.ts`;

/**
 * The module that carries the parts of the trace page as text. Users of the package then need neither a bundler nor
 * the files, and the page works wherever the simulator runs.
 */
export async function generateTracePage(root: string): Promise<string> {
  const page = join(root, folder, 'page');
  const { outputFiles } = await build({
    entryPoints: [join(page, 'main.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
  });
  const script = outputFiles[0]!.text.replace(/^ *\/\/ packages\/.*\n/gm, '');
  if (script.includes('</script')) throw new Error('The script of the trace page would end itself.');
  return [
    '// Generated from the folder `page` by `npm run trace-page`.',
    declaration('pageBody', readFileSync(join(page, 'body.html'), 'utf8')),
    declaration('pageStyle', readFileSync(join(page, 'style.css'), 'utf8')),
    declaration('pageScript', script),
  ].join('\n');
}

/** A constant with one line of text a line, so that a change of the page is a small change here. */
function declaration(name: string, text: string): string {
  const lines = text.trimEnd().split('\n');
  const literals = lines.map((line) => `  ${JSON.stringify(line)},`);
  return `\nexport const ${name}: string = [\n${literals.join('\n')}\n  '',\n].join('\\n');\n`;
}
