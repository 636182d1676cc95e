import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runCommand } from './command-process.ts';
import { NodeProcesses } from './node-processes.ts';

const groups: NodeProcesses[] = [];
afterEach(() => Promise.all(groups.splice(0).map((nodes) => nodes.remove())));

function newNodes(): NodeProcesses {
  const nodes = new NodeProcesses();
  groups.push(nodes);
  return nodes;
}

test('a cluster that is lost altogether comes back from a snapshot', { timeout: 120_000 }, async () => {
  const old = newNodes();
  await old.startAll('a', 'b', 'c');
  const client = old.client();
  for (let key = 0; key < 50; key++) await client.put(`key/${key}`, Uint8Array.of(key));
  await client.delete('key/0');
  const lease = await client.grantLease('60s');
  await client.put('leased', Uint8Array.of(1), { lease });
  const { revision } = await client.put('key/1', Uint8Array.of(111));

  const file = join(old.folder, 'backup.snapshot');
  const saved = await runCommand(
    'cluster',
    'snapshot',
    'save',
    file,
    '--endpoints',
    old.endpoints(),
    '--json',
  );
  expect(JSON.parse(saved.out)).toMatchObject({ file, revision });
  await client.put('too late', Uint8Array.of(1));
  for (const name of ['a', 'b', 'c']) await old.end(name, 'SIGKILL');

  const nodes = newNodes();
  for (const name of ['x', 'y', 'z']) await nodes.place(name);
  const clusterIds = new Set<string>();
  for (const { folder, name } of nodes.places.values()) {
    const restored = await runCommand(
      ...['cluster', 'snapshot', 'restore', file, '--data-dir', folder, '--name', name, '--json'],
      ...['--initial-cluster', nodes.initialCluster(), '--initial-advertise-peer-urls', nodes.peerUrl(name)],
      ...['--initial-cluster-token', 'second'],
    );
    expect(restored).toMatchObject({ code: 0, error: '' });
    const facts = JSON.parse(restored.out);
    expect(facts).toMatchObject({ revision, keys: 50 });
    clusterIds.add(facts.clusterId);
  }
  expect(clusterIds.size).toBe(1);
  const token = ['--initial-cluster-token', 'second', '--initial-cluster', nodes.initialCluster()];
  await Promise.all(['x', 'y', 'z'].map((name) => nodes.start(name, ...token)));
  await Promise.all(['x', 'y', 'z'].map((name) => nodes.ready(name)));

  const restored = nodes.client();
  const found = await restored.range('');
  expect(found).toMatchObject({ revision });
  expect(found.entries).toHaveLength(50);
  expect(await restored.get('key/1')).toMatchObject({ modRevision: revision, version: 2 });
  expect(await restored.get('key/0')).toBeUndefined();
  expect(await restored.get('key/0', { revision: revision - 3 })).toMatchObject({ version: 1 });
  expect((await restored.put('new', Uint8Array.of(1))).revision).toBe(revision + 1);
  const members = JSON.parse(
    (await runCommand('cluster', 'members', '--json', '--endpoints', nodes.endpoints())).out,
  );
  expect(members.map(({ name }: { name: string }) => name).sort()).toEqual(['x', 'y', 'z']);
});

test('a file that is damaged is refused, and so is a folder that is in use', {
  timeout: 120_000,
}, async () => {
  const nodes = newNodes();
  await nodes.startAll('a');
  const file = join(nodes.folder, 'backup.snapshot');
  await nodes.client().put('key', Uint8Array.of(1));
  const saved = await runCommand('cluster', 'snapshot', 'save', file, '--endpoints', nodes.endpoints());
  expect(saved).toMatchObject({ code: 0, out: expect.stringContaining('saved revision 2') });
  const place = nodes.places.get('a')!;
  const restore = (path: string, folder: string) =>
    runCommand('cluster', 'snapshot', 'restore', path, '--data-dir', folder);
  const inUse = await restore(file, place.folder);
  expect(inUse).toMatchObject({ code: 1, error: expect.stringContaining('belongs to process') });
  await nodes.end('a');
  const taken = await restore(file, place.folder);
  expect(taken).toMatchObject({ code: 1, error: expect.stringContaining("is a member's already") });

  truncateSync(file, 500);
  const other = join(nodes.folder, 'other');
  expect(await restore(file, other)).toMatchObject({
    code: 1,
    error: expect.stringContaining('cannot be restored'),
  });
  writeFileSync(file, 'SQLite format 3');
  expect(await runCommand('cluster', 'snapshot', 'status', file)).toMatchObject({ code: 1 });
  expect(await runCommand('cluster', 'snapshot', 'status', '/nowhere')).toMatchObject({
    code: 1,
    error: expect.stringContaining('"/nowhere", but must be a file that can be read'),
  });
});
