import { TestCertificates } from '@holdfast/runtime/testkit';
import { afterEach, expect, test } from 'vitest';
import { runCommand } from './command-process.ts';
import { NodeProcesses } from './node-processes.ts';

const removed: { remove(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const each of removed.splice(0)) await each.remove();
});

test('members and clients show each other certificates', { timeout: 120_000 }, async () => {
  const certificates = new TestCertificates();
  const { caFile, certFile, keyFile } = certificates.make('member');
  const tls = [
    '--cert-file',
    certFile,
    '--key-file',
    keyFile,
    '--client-cert-auth',
    '--trusted-ca-file',
    caFile,
  ];
  const peerTls = tls.map((option) => (option.startsWith('--') ? `--peer-${option.slice(2)}` : option));
  const nodes = new NodeProcesses([...tls, ...peerTls], 'https');
  removed.push(nodes, certificates);
  const names = ['a', 'b', 'c'];
  for (const name of names) await nodes.place(name);
  await Promise.all(names.map((name) => nodes.start(name, '--initial-cluster', nodes.initialCluster())));
  const client = nodes.client({ certFile, keyFile, caFile });
  await client.put('key', Uint8Array.of(1));

  const shown = ['--cacert', caFile, '--cert', certFile, '--key', keyFile];
  const endpoints = ['--endpoints', nodes.endpoints(), '--command-timeout', '3s'];
  const status = await runCommand('cluster', 'status', ...endpoints, ...shown);
  expect(status).toMatchObject({ code: 0, out: expect.stringContaining('leader') });
  for (const stranger of [[], ['--cacert', caFile]]) {
    expect(await runCommand('cluster', 'members', ...endpoints, ...stranger)).toMatchObject({
      code: 1,
      out: '',
    });
  }
});
