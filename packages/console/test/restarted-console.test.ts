// Goal: a console that is started again knows whom it may ask, though nobody has sent it anything yet. Method: a whole console, a
// process's admin endpoint, and a second console on the same folder.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAdminEndpoint } from '@holdfast/telemetry';
import { expect, test } from 'vitest';
import type { ProfileList } from '../src/api/console-api.ts';
import { type OpenConsole, openConsole } from '../src/open-console.ts';
import { batchOf } from './span-batches.ts';

const token = 'a token for the tests';

async function sourcesOf({ url }: OpenConsole): Promise<readonly string[]> {
  const answer = await fetch(`${url}/api/v1/profiles`);
  return ((await answer.json()) as ProfileList).sources.map(({ instance }) => instance);
}

test('admin endpoints that were known are asked again after a restart', { timeout: 60_000 }, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-restarted-'));
  const options = { dataDir, port: 0, otlpHttpPort: false, otlpGrpcPort: false } as const;
  const endpoint = await openAdminEndpoint({ service: 'orders', instance: 'orders-1', token });
  try {
    const before = await openConsole(options);
    const batch = batchOf([{ id: '1', service: 'orders', start: Date.now() }]);
    const attributesJson = JSON.stringify({ 'holdfast.admin.url': endpoint.url, 'process.pid': process.pid });
    const resource = { service: 'orders', instance: 'orders-1', version: undefined, attributesJson };
    await before.sink.addSpans({ ...batch, resources: [resource] });
    await expect.poll(() => sourcesOf(before), { timeout: 30_000 }).toEqual(['orders-1']);
    await before.close();
    expect(await readdir(dataDir)).toContain('admin-endpoints.json');

    const after = await openConsole(options);
    await expect.poll(() => sourcesOf(after), { timeout: 30_000 }).toEqual(['orders-1']);
    await after.close();
  } finally {
    await endpoint.close();
    await rm(dataDir, { recursive: true });
  }
});
