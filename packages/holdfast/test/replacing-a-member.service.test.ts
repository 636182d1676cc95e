import { rmSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { runCommand } from './command-process.ts';
import { NodeProcesses } from './node-processes.ts';

let nodes: NodeProcesses | undefined;
afterEach(() => nodes?.remove());

test('a member whose machine is gone is replaced by another one', { timeout: 120_000 }, async () => {
  nodes = new NodeProcesses();
  await nodes.startAll('a', 'b', 'c');
  const client = nodes.client();
  for (let key = 0; key < 100; key++) await client.put(`key/${key}`, Uint8Array.of(key));

  await nodes.end('c', 'SIGKILL');
  rmSync(nodes.places.get('c')!.folder, { recursive: true });
  const living = ['--endpoints', nodes.endpoints('a', 'b')];

  const removed = await runCommand('cluster', 'member', 'remove', 'c', ...living);
  expect(removed).toMatchObject({ code: 0, out: expect.stringMatching(/^removed c \([0-9a-f]{16}\)$/) });
  await nodes.place('d');
  const added = await runCommand(
    ...['cluster', 'member', 'add', 'd', '--peer-urls', nodes.peerUrl('d'), '--json'],
    ...living,
  );
  expect(added.code).toBe(0);
  const { initialCluster } = JSON.parse(added.out);
  await nodes.start('d', '--initial-cluster-state', 'existing', '--initial-cluster', initialCluster);
  await nodes.ready('d');

  // A new member tells its name once it takes part, and each of the others hears of it in its own time.
  const started = async () => {
    const members = JSON.parse((await runCommand('cluster', 'members', '--json', ...living)).out);
    return members.map(({ name }: { name: string }) => name).sort();
  };
  await expect.poll(started, { timeout: 60_000 }).toEqual(['a', 'b', 'd']);
  // The new one votes and holds everything: it does without one of the others.
  await nodes.end('a', 'SIGKILL');
  await client.put('after', Uint8Array.of(1));
  expect((await client.range('key/')).entries).toHaveLength(100);
  const alone = await runCommand('cluster', 'status', '--json', '--endpoints', nodes.endpoints('d'));
  expect(JSON.parse(alone.out)[0]).toMatchObject({ name: 'd', errors: [] });
});

test('a member that was removed ends with exit code 4, and does not start again', {
  timeout: 120_000,
}, async () => {
  nodes = new NodeProcesses();
  await nodes.startAll('a', 'b', 'c');
  const c = nodes.running.get('c')!;
  const left = await runCommand('cluster', 'leave', 'c', '--endpoints', nodes.endpoints());
  expect(left).toMatchObject({ code: 0, error: '' });
  expect((await c.exited).code).toBe(4);
  expect(c.error.join('\n')).toContain('was removed from its cluster');
  const again = nodes.start('c', '--initial-cluster', nodes.initialCluster());
  await expect(again).rejects.toThrow('was removed from its cluster');
});
