import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

  test('says why it cannot start', async () => {
    await expect(
      openClusterIn(await sourceProgram(), {
        dir,
        initialCluster: new Map([['other', ['http://127.0.0.1:1']]]),
      }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
