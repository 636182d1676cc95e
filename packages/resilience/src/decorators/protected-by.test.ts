import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import type * as Catalogues from '../../test/decorated-catalogue.ts';

let catalogues: typeof Catalogues;

/** Compiled by esbuild, since what compiles the tests leaves decorators as they are and Node does not know them. */
beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../test/decorated-catalogue.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    conditions: ['@holdfast/source'],
  });
  const code = Buffer.from(outputFiles[0]!.contents).toString('base64');
  catalogues = await import(/* @vite-ignore */ `data:text/javascript;base64,${code}`);
});

test('a decorated method runs under the pipeline, with its own this', async () => {
  const catalogue = new catalogues.Catalogue();
  expect(await catalogue.priceAtLast('nail')).toBe('nail costs 3');
  expect(await catalogues.Catalogue.parse('[1]')).toEqual([1]);
});

test('the key of a call comes from its arguments', async () => {
  const catalogue = new catalogues.Catalogue();
  await expect(catalogue.stock('broken')).rejects.toThrow('broken');
  await expect(catalogue.stock('broken')).rejects.toMatchObject({ code: 'BREAKER_OPEN' });
  expect(await catalogue.stock('hammer')).toBe(7);
});

test('and so does the signal', async () => {
  const controller = new AbortController();
  const call = new catalogues.Catalogue().waitFor(controller.signal);
  controller.abort();
  await expect(call).rejects.toMatchObject({ code: 'ABORTED' });
});
