import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { BreakerCore } from '../../src/breaker/breaker-core.ts';
import type { MakeBreaker } from './moves.ts';
import type { PlantedBug } from './planted-bugs.ts';

const source = fileURLToPath(new URL('../../src/breaker/breaker-core.ts', import.meta.url));

/** The breaker with `bug` planted while its source is loaded. */
export async function breakerWith(bug: PlantedBug): Promise<MakeBreaker> {
  const { outputFiles } = await build({
    entryPoints: [source],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'loaded',
    target: 'node20',
    plugins: [
      {
        name: 'plant',
        setup(building) {
          building.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const text = readFileSync(path, 'utf8');
            return { loader: 'ts', contents: basename(path) === bug.file ? planted(text, bug) : text };
          });
        },
      },
    ],
  });
  const load = new Function(`${outputFiles[0]!.text}; return loaded.BreakerCore;`);
  const Patched = load() as typeof BreakerCore;
  return (settings, onTransition) => new Patched(settings, onTransition);
}

function planted(text: string, { name, right, wrong }: PlantedBug): string {
  const parts = text.split(right);
  if (parts.length !== 2) throw new Error(`"${name}" fits ${parts.length - 1} places of the source, not one`);
  return parts.join(wrong);
}
