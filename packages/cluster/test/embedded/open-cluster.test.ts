import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openClusterIn } from '../../src/embedded/open-cluster.ts';
import { sourceProgram } from './source-program.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'holdfast-open-'));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

describe('openCluster', { timeout: 60_000 }, () => {
  test('keeps what was written in its folder, which is its own', async () => {
    const first = await openClusterIn(await sourceProgram(), { dir });
    await first.store.put('a', Uint8Array.of(1));
    await expect(openClusterIn(await sourceProgram(), { dir })).rejects.toMatchObject({
      code: 'FOLDER_OWNED',
    });
    await first.stop();
    await first.stopped;

    const second = await openClusterIn(await sourceProgram(), { dir });
    const entry = await second.store.get('a');
    expect(entry?.value).toEqual(Uint8Array.of(1));
    expect((await second.status()).role).toBe('leader');
    await second.stop();
  });

  test.each([
    ['no folder', { dir: undefined as unknown as string }],
    ['a file for a folder', { dir: fileURLToPath(import.meta.url) }],
    [
      'members in a form of another tool',
      { dir: '/tmp', initialCluster: 'a=http://x:1' as unknown as Map<string, string[]> },
    ],
  ])('names the option that is wrong: %s', async (_, options) => {
    await expect(openClusterIn(await sourceProgram(), options)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/^(dir|path|initialCluster) is /),
    });
  });

  test('says why it cannot start', async () => {
    await expect(
      openClusterIn(await sourceProgram(), {
        dir,
        initialCluster: new Map([['other', ['http://127.0.0.1:1']]]),
      }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
