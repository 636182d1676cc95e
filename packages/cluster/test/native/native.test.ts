import { type Duration, type HostWorld, platformWorld, sleep } from '@holdfast/core';
import { type NodeNetwork, nodeNetwork } from '@holdfast/runtime';
import { TestCertificates } from '@holdfast/runtime/testkit';
import { SimulatedWorld } from '@holdfast/simulation';
import type { NetworkWorld } from '@holdfast/transport';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nativeChannels } from '../../src/native/native-channels.ts';
import { serveNative } from '../../src/native/serve-native.ts';
import { callOnce } from './call-once.ts';
import { EchoMethods, Text } from './echo-methods.ts';
import { nativeCases } from './native-cases.ts';

const named = nativeCases.map(({ name, run }) => [name, run] as const);

let certificates: TestCertificates;

beforeAll(() => {
  certificates = new TestCertificates();
});

afterAll(() => certificates.remove());

describe.each<[string, () => NodeNetwork]>([
  ['TCP', () => nodeNetwork()],
  ['TLS', () => nodeNetwork({ tls: certificates.make('node') })],
])('the native protocol over %s', (_way, make) => {
  test.each(named)('%s', async (_name, run) => {
    await run({ server: worldWith(make()), client: worldWith(make()), serverHost: '127.0.0.1', sleep });
  });
});

describe.each([
  ['on a calm network', {}],
  ['on one that loses, repeats and reorders', { loss: 0.03, duplication: 0.03, reordering: 0.1 }],
])('the native protocol in a simulation, %s', (_way, conditions) => {
  test.each(named)('%s', async (name, run) => {
    const world = new SimulatedWorld({ seed: name, shuffleTies: true });
    world.network.setConditions(conditions);
    let outcome: unknown = 'not yet ended';
    let server: HostWorld | undefined;
    world.addHost('server', (context) => {
      server = context;
    });
    world.addHost('client', async (client) => {
      await sleep('1ms', { world: client });
      const pass = (duration: Duration) => sleep(duration, { world: client });
      const place = { client, server: server!, serverHost: 'server', sleep: pass };
      outcome = await run(place).catch((error) => error);
    });
    await world.runFor('30m');
    expect(outcome).toBe(undefined);
    expect(world.failures).toEqual([]);
    world.close();
  });
});

test("a handler knows the common name of its client's certificate", async () => {
  const tls = certificates.make('server');
  const server = await serveNative(worldWith(nodeNetwork({ tls })), 0, new EchoMethods().table);
  const client = worldWith(nodeNetwork({ tls: certificates.make('client', 'alice') }));
  const channel = await nativeChannels(client).connect(server.address, undefined);
  const method = { path: '/test/Call', response: Text };
  const { text } = await callOnce(channel, { method, request: new Uint8Array(0) });
  expect(JSON.parse(text)).toMatchObject({ certificateName: 'alice' });
  await channel.close();
  await server.drain();
});

function worldWith(network: NodeNetwork): NetworkWorld {
  const { clock, timers, random } = platformWorld();
  return { clock, timers, random, network };
}
