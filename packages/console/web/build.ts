// Builds the console's page into packages/console/dist/web: index.html, and beside it `assets` whose names change with
// their content, so that they may be cached for good.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Where the page is built to, unless told otherwise. */
export const pageFolder: string = join(folder, '../dist/web');

/** Builds the page into a folder, which it empties first. */
export async function buildPage(target: string = pageFolder): Promise<void> {
  rmSync(target, { recursive: true, force: true });
  const assets = join(target, 'assets');
  mkdirSync(assets, { recursive: true });
  const { metafile } = await build({
    entryPoints: { main: join(folder, 'src/main.tsx'), before: join(folder, 'src/before-main.ts') },
    outdir: assets,
    entryNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.woff2': 'file' },
    legalComments: 'linked',
    metafile: true,
    logLevel: 'warning',
  });
  const icon = readFileSync(join(folder, 'icon.svg'));
  const iconName = `icon-${createHash('sha256').update(icon).digest('hex').slice(0, 8)}.svg`;
  writeFileSync(join(assets, iconName), icon);
  // Its licence goes where the font goes.
  const font = createRequire(import.meta.url).resolve('@fontsource-variable/inter/LICENSE');
  copyFileSync(font, join(assets, 'inter-LICENSE.txt'));
  const outputs = Object.entries(metafile.outputs);
  const nameOf = (entry: string, extension: string): string => {
    const found = outputs.find(
      ([path]) => basename(path).startsWith(`${entry}-`) && path.endsWith(extension),
    );
    if (found === undefined) throw new Error(`The build of the page made no ${entry}${extension}`);
    return basename(found[0]);
  };
  const names: Readonly<Record<string, string>> = {
    icon: iconName,
    style: nameOf('main', '.css'),
    before: nameOf('before', '.js'),
    main: nameOf('main', '.js'),
  };
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  writeFileSync(
    join(target, 'index.html'),
    html.replace(/\{(\w+)\}/g, (_, name: string) => names[name]!),
  );
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await buildPage();
