import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readFlagValues } from './flag-values.ts';
import { nodeSettings } from './node-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-node-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(args: string, environment: Record<string, string> = {}) {
  return nodeSettings(await readFlagValues(args === '' ? [] : args.split(' '), environment));
}

async function accepted(args: string, environment?: Record<string, string>) {
  const result = await read(args, environment);
  if ('problems' in result) throw new Error(result.problems.join('\n'));
  return result.settings.node;
}

async function problems(args: string) {
  const result = await read(args);
  return 'problems' in result ? result.problems : [];
}

describe('without options', () => {
  test('a node alone, on loopback', async () => {
    expect(await accepted('')).toEqual({
      name: 'default',
      dataDir: 'default.holdfast',
      listenClientUrls: ['http://127.0.0.1:2379'],
      listenNativeUrls: ['tcp://127.0.0.1:2378'],
      listenPeerUrl: 'http://127.0.0.1:2380',
      listenMetricsUrls: [],
      advertiseClientUrls: ['http://127.0.0.1:2379'],
      advertisePeerUrls: ['http://127.0.0.1:2380'],
      initialClusterState: 'new',
      initialClusterToken: 'etcd-cluster',
      heartbeatInterval: 100,
      electionTimeout: 1000,
      strictReconfigCheck: true,
    });
  });
});

test('who looks into it, and who is told, is nobody unless it is said', async () => {
  expect(await read('')).toMatchObject({ settings: { adminPort: undefined, otlpEndpoint: undefined } });
  expect(await read('--admin-port 0 --otlp-endpoint http://127.0.0.1:4318')).toMatchObject({
    settings: { adminPort: 0, otlpEndpoint: 'http://127.0.0.1:4318' },
  });
  expect(await problems('--admin-port 70000 --otlp-endpoint localhost')).toEqual([
    '--admin-port is 70000, but must be a port, from 0 to 65535',
    '--otlp-endpoint is localhost, but must be a URL such as http://127.0.0.1:4318',
  ]);
});

test.each(['none', ''])('native URLs may be none: %j', async (text) => {
  const result = nodeSettings(await readFlagValues([`--listen-native-urls=${text}`], {}));
  expect(result).toMatchObject({ settings: { node: { listenNativeUrls: [] } } });
});

describe('where an option comes from', () => {
  const file = join(folder, 'node.json');
  writeFileSync(
    file,
    JSON.stringify({
      name: 'from-file',
      'data-dir': 'file.data',
      'heartbeat-interval': 50,
      'listen-client-urls': ['http://127.0.0.1:1', 'http://127.0.0.1:2'],
      'strict-reconfig-check': false,
      'initial-cluster-token': 'file',
    }),
  );

  test('an argument before the environment, that before the file', async () => {
    const node = await accepted(`--config-file ${file} --name=flag`, {
      ETCD_NAME: 'variable',
      ETCD_DATA_DIR: 'etcd.data',
      HOLDFAST_DATA_DIR: 'holdfast.data',
    });
    expect(node).toMatchObject({
      name: 'flag',
      dataDir: 'holdfast.data',
      heartbeatInterval: 50,
      listenClientUrls: ['http://127.0.0.1:1', 'http://127.0.0.1:2'],
      strictReconfigCheck: false,
      initialClusterToken: 'file',
    });
  });

  test("variables that are not heeded are told, and other programs' left alone", async () => {
    const { warnings } = await readFlagValues([], {
      ETCD_NAME: 'a',
      HOLDFAST_NAME: 'b',
      ETCD_PORT: 'tcp://10.0.0.1',
      HOLDFAST_REDIS_URL: 'redis://x',
    });
    expect(warnings).toEqual([
      'ETCD_NAME is not heeded: HOLDFAST_NAME says more',
      'ETCD_PORT is not heeded: there is no such option',
    ]);
  });

  test('the sections of a file of etcd’s are understood', async () => {
    const etcd = join(folder, 'etcd.json');
    writeFileSync(
      etcd,
      JSON.stringify({
        'client-transport-security': {
          'cert-file': 'c.pem',
          'key-file': 'k.pem',
          'client-cert-auth': true,
          'trusted-ca-file': 'ca.pem',
        },
        'peer-transport-security': { 'cert-file': 'pc.pem', 'key-file': 'pk.pem' },
      }),
    );
    expect(await accepted(`--config-file=${etcd}`)).toMatchObject({
      clientTls: { certFile: 'c.pem', keyFile: 'k.pem', caFile: 'ca.pem', mutual: true },
      peerTls: { certFile: 'pc.pem', keyFile: 'pk.pem', mutual: false },
      listenClientUrls: ['https://127.0.0.1:2379'],
      listenNativeUrls: ['tls://127.0.0.1:2378'],
      listenPeerUrl: 'https://127.0.0.1:2380',
    });
    writeFileSync(etcd, '{"peer-transport-security": {"auto-tls": true}}');
    await expect(read(`--config-file ${etcd}`)).rejects.toThrow("etcd's --peer-auto-tls is not needed here");
  });
});

describe('a cluster of three', () => {
  const own =
    '--name b --listen-peer-urls http://0.0.0.0:2380 --initial-advertise-peer-urls http://10.0.0.2:2380';
  const others = 'a=http://10.0.0.1:2380,c=http://10.0.0.3:2380/';

  test('as etcd is told of it', async () => {
    const node = await accepted(`${own} --initial-cluster ${others},b=http://10.0.0.2:2380`);
    expect([...(node.initialCluster ?? [])]).toEqual([
      ['a', ['http://10.0.0.1:2380']],
      ['c', ['http://10.0.0.3:2380']],
      ['b', ['http://10.0.0.2:2380']],
    ]);
  });

  test('a member must be in it, and be called there as it calls itself', async () => {
    expect(await problems(`${own} --initial-cluster ${others}`)).toEqual([
      `--initial-cluster is ${others}, but must be a list with b, the name of this member, in it`,
    ]);
    expect((await problems(`${own} --initial-cluster b=http://10.0.0.9:2380`))[0]).toContain(
      'must be in agreement about b with --initial-advertise-peer-urls http://10.0.0.2:2380',
    );
  });

  test('who listens everywhere says where to go', async () => {
    expect(
      await problems('--listen-client-urls http://0.0.0.0:2379 --listen-peer-urls http://[::]:2380'),
    ).toEqual([
      '--advertise-client-urls is not given, but must be given where it listens everywhere (http://0.0.0.0:2379): others need an address to go to',
      '--initial-advertise-peer-urls is not given, but must be given where it listens everywhere (http://[::]:2380): others need an address to go to',
    ]);
  });
});

test('every bad value is named, all at once', async () => {
  const args =
    '--heartbeat-interval 0 --election-timeout 200 --max-txn-ops many --auth-token jwt --listen-client-urls ftp://x:1 ' +
    '--initial-cluster-state old --auto-compaction-retention soon --client-cert-auth --peer-key-file k.pem';
  expect(await problems(args)).toEqual([
    '--client-cert-auth is true, but must be left out where there is no certificate of our own',
    '--peer-cert-file is not given, but must be given with the key',
    '--listen-client-urls is "ftp://x:1", but must be a URL such as http://127.0.0.1:2379 (http or https)',
    "--heartbeat-interval is 0, but must be a number of milliseconds above zero, or a time such as '1s'",
    '--election-timeout is 200 ms, but must be at least five times the heartbeat interval of 100 ms, and at most 50000 ms',
    '--max-txn-ops is many, but must be a whole number from 1',
    '--auth-token is jwt, but must be simple',
    '--initial-cluster-state is old, but must be new or existing',
    "--auto-compaction-retention is soon, but must be a number of hours, or a time such as '30m'",
  ]);
});

test.each(['127.0.0.1:2379', 'http://127.0.0.1', 'http://127.0.0.1:99999', 'http://a:1/x', 'tcp://a:1'])(
  '%s is no URL to listen at',
  async (url) => {
    expect((await problems(`--listen-client-urls=${url}`))[0]).toContain(
      'must be a URL such as http://127.0.0.1:2379',
    );
  },
);

test('certificates and URLs must go together', async () => {
  expect(await problems('--listen-client-urls https://127.0.0.1:2379')).toEqual([
    '--listen-client-urls is https://127.0.0.1:2379, but must be unencrypted where there is no --cert-file and --key-file',
  ]);
  expect(await problems('--listen-client-urls http://127.0.0.1:2379 --cert-file c --key-file k')).toEqual([
    '--listen-client-urls is http://127.0.0.1:2379, but must be https:// for one of them at least: there is a --cert-file',
  ]);
});

test.each([
  ['--auto-compaction-retention 2', { mode: 'periodic', retention: 7_200_000_000 }],
  ['--auto-compaction-retention 30m', { mode: 'periodic', retention: 1_800_000_000 }],
  [
    '--auto-compaction-mode revision --auto-compaction-retention 1000',
    { mode: 'revision', retention: 1_000 },
  ],
  ['--auto-compaction-mode revision --auto-compaction-retention 0', undefined],
])('%s', async (args, expected) => {
  expect((await accepted(args)).autoCompaction).toEqual(expected);
});

describe('what is not understood is refused with a hint', () => {
  test.each([
    ['--data-dirr x', 'there is no --data-dirr: did you mean --data-dir?'],
    ['--colour red', "there is no --colour; 'holdfast node --help' lists what there is"],
    [
      '--force-new-cluster',
      "etcd's --force-new-cluster is not needed here: make a new cluster from a snapshot",
    ],
    ['--wal-dir=x', "etcd's --wal-dir is not needed here"],
    ['--toString x', 'there is no --toString'],
    ['start', "node takes options only, not 'start'"],
    ['--name', '--name needs a value'],
    ['--name a --name b', '--name is given twice'],
    ['--config-file /nowhere.json', 'cannot read /nowhere.json'],
  ])('%s', async (args, message) => {
    await expect(read(args)).rejects.toThrow(message);
  });
});
