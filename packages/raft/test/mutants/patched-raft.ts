import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as core from '@holdfast/core';
import * as simulation from '@holdfast/simulation';
import { build } from 'esbuild';
import type { raftScenarios } from '../../src/testkit/scenario/raft-scenarios.ts';
import type { PlantedBug } from './planted-bugs.ts';

const source = fileURLToPath(new URL('../../src/', import.meta.url));
const scenarios = `${source}testkit/scenario/raft-scenarios.ts`;
const modules: Readonly<Record<string, unknown>> = {
  '@holdfast/core': core,
  '@holdfast/simulation': simulation,
};

/** The scenarios of Raft, with `bug` planted while the source of core and testkit is loaded. */
export async function scenariosWith(bug: PlantedBug | undefined): Promise<typeof raftScenarios> {
  let planted = bug === undefined;
  const { outputFiles } = await build({
    entryPoints: [scenarios],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: Object.keys(modules),
    logLevel: 'silent',
    plugins: [
      {
        name: 'plant',
        setup(building) {
          building.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const text = readFileSync(path, 'utf8');
            if (bug === undefined || path !== source + bug.file) return { loader: 'ts', contents: text };
            planted = true;
            return { loader: 'ts', contents: plant(text, bug) };
          });
        },
      },
    ],
  });
  if (!planted) throw new Error(`"${bug?.name}": ${bug?.file} is not part of the scenarios`);
  const loaded = { exports: {} as { raftScenarios: typeof raftScenarios } };
  const load = new Function('module', 'exports', 'require', outputFiles[0]!.text);
  load(loaded, loaded.exports, (name: string) => modules[name]);
  return loaded.exports.raftScenarios;
}

function plant(text: string, { name, right, wrong }: PlantedBug): string {
  const parts = text.split(right);
  if (parts.length !== 2) throw new Error(`"${name}" fits ${parts.length - 1} places of the source, not one`);
  return parts.join(wrong);
}
