import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hostWorld } from './host-world.ts';

test('a host world has the time, the disk and the network of this machine', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-host-world-'));
  const { clock, disk, network } = hostWorld({ dir });
  const before = clock.now();
  const file = await disk.open('greeting', { create: true });
  await file.write(0, new TextEncoder().encode('hello'));
  await file.close();
  expect(readFileSync(join(dir, 'greeting'), 'utf8')).toBe('hello');
  const listener = await network.listen(0, (connection) => connection.end());
  const connection = await network.connect(listener.address);
  expect(await connection.read()).toBe(undefined);
  connection.end();
  await listener.close();
  expect(clock.now()).toBeGreaterThan(before);
  rmSync(dir, { recursive: true });
});
