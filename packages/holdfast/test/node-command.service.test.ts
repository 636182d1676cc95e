import { spawnSync } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { CommandProcess, runCommand } from './command-process.ts';
import { NodeProcesses } from './node-processes.ts';

let nodes: NodeProcesses | undefined;
afterEach(() => nodes?.remove());

test('a node says where it listens, serves its pages, and leaves in order', { timeout: 60_000 }, async () => {
  nodes = new NodeProcesses();
  await nodes.startAll('a');
  const node = nodes.running.get('a')!;
  const { clientPort, folder, nativePort } = nodes.places.get('a')!;
  expect(JSON.parse(node.out[0]!)).toMatchObject({
    event: 'ready',
    name: 'a',
    clientUrls: [`http://127.0.0.1:${clientPort}`],
    nativeUrls: [`tcp://127.0.0.1:${nativePort}`],
    peerUrl: nodes.peerUrl('a'),
    pid: node.child.pid,
    folder,
  });
  expect(await nodes.page('a', '/health')).toEqual({ status: 200, body: '{"health":"true"}' });
  expect(JSON.parse((await nodes.page('a', '/version')).body)).toEqual({
    etcdserver: '3.4.0',
    etcdcluster: '3.4.0',
  });
  await nodes.client().put('key', Uint8Array.of(1));
  const metrics = (await nodes.page('a', '/metrics')).body;
  expect(promtoolSays(metrics)).toBe('');
  for (const sample of [
    'etcd_server_has_leader 1',
    'etcd_server_is_leader 1',
    'etcd_debugging_mvcc_keys_total 1',
    'etcd_mvcc_put_total 1',
    'etcd_debugging_mvcc_put_total 1',
    'etcd_debugging_mvcc_watch_stream_total 0',
    'holdfast_server_members{role="voter"} 1',
    'grpc_server_handled_total{grpc_type="unary",grpc_service="etcdserverpb.KV",grpc_method="Put",grpc_code="OK"} 1',
  ]) {
    expect(metrics.split('\n')).toContain(sample);
  }
  expect(metrics).toMatch(/^etcd_disk_wal_fsync_duration_seconds_count [1-9]/m);
  expect(await nodes.end('a')).toBe(0);
  expect(node.error.map((line) => JSON.parse(line).event)).toEqual(['leader-changed', 'leaving', 'left']);
});

/** What Prometheus' own tool finds wrong with `text`. */
function promtoolSays(text: string): string {
  const program = process.env['HOLDFAST_PROMTOOL_PROGRAM'];
  if (program === undefined) {
    throw new Error('HOLDFAST_PROMTOOL_PROGRAM is not set: run these tests with npm run test:services');
  }
  const { stderr, stdout } = spawnSync(program, ['check', 'metrics'], { input: text, encoding: 'utf8' });
  return stdout + stderr;
}

test('a folder and a port belong to one node at a time', { timeout: 60_000 }, async () => {
  nodes = new NodeProcesses();
  await nodes.startAll('a');
  const { child } = nodes.running.get('a')!;
  const { clientPort, folder } = nodes.places.get('a')!;
  expect(await runCommand('node', '--data-dir', folder)).toMatchObject({
    code: 1,
    error: expect.stringContaining(`belongs to process ${child.pid}`),
  });
  const place = await nodes.place('b');
  const options = ['--listen-peer-urls', nodes.peerUrl('b'), '--listen-native-urls', 'none'];
  const other = await runCommand(
    ...[
      'node',
      '--data-dir',
      place.folder,
      '--listen-client-urls',
      `http://127.0.0.1:${clientPort}`,
      ...options,
    ],
  );
  expect(other).toMatchObject({ code: 1, error: expect.stringContaining(`${clientPort}`) });
});

test('what it does not understand it says at once, with exit code 2', async () => {
  expect(await runCommand('node', '--election-timeout', '5', '--colour', 'red')).toMatchObject({
    code: 2,
    error: "holdfast: there is no --colour; 'holdfast node --help' lists what there is",
  });
  const node = new CommandProcess(['node', '--max-txn-ops', 'x', '--snapshot-count', '-1']);
  expect((await node.exited).code).toBe(2);
  expect(node.error).toEqual([
    'holdfast: --max-txn-ops is x, but must be a whole number from 1',
    'holdfast: --snapshot-count is -1, but must be a whole number from 1',
  ]);
});
