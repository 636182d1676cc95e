import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as core from '@holdfast/core';
import * as resilience from '@holdfast/resilience';
import * as runtime from '@holdfast/runtime';
import * as simulation from '@holdfast/simulation';
import * as storage from '@holdfast/storage';
import { build } from 'esbuild';
import type { PlantedBug } from './planted-bugs.ts';
import type { Trial } from './trials.ts';

const source = fileURLToPath(new URL('../../src/', import.meta.url));
const modules: Readonly<Record<string, unknown>> = {
  '@holdfast/core': core,
  '@holdfast/resilience': resilience,
  '@holdfast/runtime': runtime,
  '@holdfast/simulation': simulation,
  '@holdfast/storage': storage,
};

/** The trials, with `bug` planted while the source is loaded. */
export async function trialsWith(bug: PlantedBug): Promise<Readonly<Record<Trial, () => Promise<void>>>> {
  let planted = false;
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('trials.ts', import.meta.url))],
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
            if (path !== source + bug.file) return { loader: 'ts', contents: text };
            planted = true;
            return { loader: 'ts', contents: plant(text, bug) };
          });
        },
      },
    ],
  });
  if (!planted) throw new Error(`"${bug.name}": ${bug.file} is not part of the trials`);
  const loaded = { exports: {} as { trials: Readonly<Record<Trial, () => Promise<void>>> } };
  const load = new Function('module', 'exports', 'require', outputFiles[0]!.text);
  load(loaded, loaded.exports, (name: string) => modules[name]);
  return loaded.exports.trials;
}

function plant(text: string, { name, right, wrong }: PlantedBug): string {
  const parts = text.split(right);
  if (parts.length !== 2) throw new Error(`"${name}" fits ${parts.length - 1} places of the source, not one`);
  return parts.join(wrong);
}
