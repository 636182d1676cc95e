import { setTimeout as sleepFor } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { runCommand } from './command-process.ts';
import { NodeProcesses } from './node-processes.ts';

let nodes: NodeProcesses | undefined;
afterEach(() => nodes?.remove());

test('a store that is full says so, takes deletions, and goes on once there is room', {
  timeout: 120_000,
}, async () => {
  nodes = new NodeProcesses(['--quota-backend-bytes', '300000']);
  await nodes.startAll('a');
  const client = nodes.client();
  const value = new Uint8Array(50_000);
  let refused: unknown;
  for (let key = 0; refused === undefined; key++) {
    refused = await client.put(`key/${key}`, value).then(
      () => undefined,
      (error) => error,
    );
  }
  expect(String(refused)).toContain('database space exceeded');

  while ((await nodes.page('a', '/health')).status === 200) await sleepFor(50);
  expect(await nodes.page('a', '/health')).toEqual({
    status: 503,
    body: '{"health":"false","reason":"alarm NOSPACE"}',
  });
  expect((await nodes.page('a', '/readyz')).status).toBe(200);
  const endpoints = ['--endpoints', nodes.endpoints()];
  expect((await runCommand('cluster', 'alarm', ...endpoints)).out).toMatch(/[0-9a-f]{16} {2}NOSPACE/);
  expect((await runCommand('cluster', 'status', ...endpoints)).out).toContain('NOSPACE');

  const { revision } = await client.deletePrefix('key/');
  expect((await runCommand('cluster', 'compact', `${revision}`, ...endpoints)).code).toBe(0);
  expect((await runCommand('cluster', 'defrag', ...endpoints)).code).toBe(0);
  expect((await runCommand('cluster', 'alarm', 'disarm', ...endpoints)).out).toBe('1 disarmed');
  await client.put('key/again', value);
  expect((await nodes.page('a', '/health')).status).toBe(200);
  const told = nodes.running.get('a')!.error.map((line) => JSON.parse(line));
  expect(told.filter(({ event }) => event === 'alarm-changed')).toEqual([
    expect.objectContaining({ level: 'error', alarm: 'NOSPACE', change: 'raised' }),
    expect.objectContaining({ level: 'info', alarm: 'NOSPACE', change: 'cleared' }),
  ]);
  expect((await nodes.page('a', '/metrics')).body).toContain(
    'holdfast_server_alarm_changes_total{alarm="NOSPACE",change="raised"} 1\n',
  );
});
