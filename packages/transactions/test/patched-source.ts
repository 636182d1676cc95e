import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as coordination from '@holdfast/coordination';
import * as core from '@holdfast/core';
import * as resilience from '@holdfast/resilience';
import * as runtime from '@holdfast/runtime';
import * as simulation from '@holdfast/simulation';
import * as storage from '@holdfast/storage';
import { build } from 'esbuild';
import * as fastCheck from 'fast-check';
import * as vitest from 'vitest';

const source = fileURLToPath(new URL('../src/', import.meta.url));
const modules: Readonly<Record<string, unknown>> = {
  '@holdfast/coordination': coordination,
  '@holdfast/core': core,
  '@holdfast/resilience': resilience,
  '@holdfast/runtime': runtime,
  '@holdfast/simulation': simulation,
  '@holdfast/storage': storage,
  'fast-check': fastCheck,
  vitest,
};

/** A small wrong change of the source: where `right` stands, `wrong` is put. */
export interface PlantedBug<Trial extends string> {
  readonly name: string;
  /** What finds it. */
  readonly by: Trial;
  /** Within `packages/transactions/src`. */
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
}

/** Ways of finding bugs, each of which rejects when there is one. */
export type Trials<Trial extends string> = Readonly<Record<Trial, () => Promise<void>>>;

/** The trials of a file, with `bug` planted while the source is loaded; with none, as they are. */
export async function trialsWith<Trial extends string>(
  file: URL,
  bug?: PlantedBug<Trial>,
): Promise<Trials<Trial>> {
  let planted = bug === undefined;
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(file)],
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
  if (!planted) throw new Error(`"${bug?.name}": ${bug?.file} is not part of the trials`);
  const loaded = { exports: {} as { trials: Trials<Trial> } };
  const load = new Function('module', 'exports', 'require', outputFiles[0]!.text);
  load(loaded, loaded.exports, (name: string) => modules[name]);
  return loaded.exports.trials;
}

function plant(text: string, { name, right, wrong }: PlantedBug<string>): string {
  const parts = text.split(right);
  if (parts.length !== 2) throw new Error(`"${name}" fits ${parts.length - 1} places of the source, not one`);
  return parts.join(wrong);
}
