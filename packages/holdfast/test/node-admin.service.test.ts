// Goal: a console that asks any node of a cluster sees all of it, and sees who is gone.
import { adminClient } from '@holdfast/telemetry';
import { afterAll, expect, test } from 'vitest';
import { NodeProcesses } from './node-processes.ts';

const nodes = new NodeProcesses(['--admin-port', '0']);
afterAll(() => nodes.remove());

async function adminOf(name: string) {
  const ready = await nodes.running.get(name)!.line('out', (line) => line.includes('"event":"ready"'));
  return adminClient({ url: JSON.parse(ready).adminUrl });
}

test('each node shows the whole cluster on its admin endpoint', { timeout: 120_000 }, async () => {
  await nodes.startAll('a', 'b', 'c');
  for (const name of ['a', 'b', 'c']) {
    const admin = await adminOf(name);
    expect(await admin.index()).toMatchObject({
      service: 'holdfast-node',
      instance: name,
      sections: expect.arrayContaining(['cluster']),
    });
    await expect
      .poll(async () => (await rolesSeenBy(name)).sort(), { timeout: 20_000 })
      .toEqual(['follower', 'follower', 'leader']);
  }
  await nodes.end('c', 'SIGKILL');
  await expect
    .poll(async () => (await rolesSeenBy('a')).sort(), { timeout: 20_000 })
    .toEqual(['follower', 'leader', 'unreachable']);
});

async function rolesSeenBy(name: string): Promise<string[]> {
  const [cluster] = await (await adminOf(name)).cluster();
  return cluster!.members.map(({ role }) => role);
}
