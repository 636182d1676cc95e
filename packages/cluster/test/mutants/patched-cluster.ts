import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { clusterScenarios } from '../../src/testkit/scenario/cluster-scenarios.ts';
import type { PlantedBug } from './planted-bugs.ts';

const source = fileURLToPath(new URL('../../src/', import.meta.url));
const scenarios = `${source}testkit/scenario/cluster-scenarios.ts`;

/** The scenarios of the cluster, with `bug` planted while the source of core and testkit is loaded. */
export async function scenariosWith(bug: PlantedBug): Promise<typeof clusterScenarios> {
  let planted = false;
  const { outputFiles, metafile } = await build({
    entryPoints: [scenarios],
    bundle: true,
    write: false,
    metafile: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['@holdfast/*'],
    logLevel: 'silent',
    plugins: [
      {
        name: 'plant',
        setup(building) {
          building.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const text = readFileSync(path, 'utf8');
            if (path !== source + bug.file) return { loader: 'ts', contents: text };
            planted = true;
            return { loader: 'ts', contents: plant(text, bug) };
          });
        },
      },
    ],
  });
  if (!planted) throw new Error(`"${bug.name}": ${bug.file} is not part of the scenarios`);
  const wanted = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  const modules = new Map<string, unknown>();
  for (const name of new Set(wanted)) modules.set(name, await import(name));
  const loaded = { exports: {} as { clusterScenarios: typeof clusterScenarios } };
  const load = new Function('module', 'exports', 'require', outputFiles[0]!.text);
  load(loaded, loaded.exports, (name: string) => modules.get(name));
  return loaded.exports.clusterScenarios;
}

function plant(text: string, { name, right, wrong }: PlantedBug): string {
  const parts = text.split(right);
  if (parts.length !== 2) throw new Error(`"${name}" fits ${parts.length - 1} places of the source, not one`);
  return parts.join(wrong);
}
