import { type HostWorld, platformWorld, sleep } from '@holdfast/core';
import { type NodeNetwork, nodeNetwork } from '@holdfast/runtime';
import { TestCertificates } from '@holdfast/runtime/testkit';
import { SimulatedWorld } from '@holdfast/simulation';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NetworkWorld } from '../src/index.ts';
import { channelCases } from './channel-cases.ts';

const named = channelCases.map(({ name, run }) => [name, run] as const);

let certificates: TestCertificates;

beforeAll(() => {
  certificates = new TestCertificates();
});

afterAll(() => certificates.remove());

describe.each<[string, () => NodeNetwork]>([
  ['TCP', () => nodeNetwork()],
  ['TLS', () => nodeNetwork({ tls: certificates.make('node') })],
])('channels over %s', (_way, make) => {
  test.each(named)('%s', async (_name, run) => {
    await run({ left: worldWith(make()), right: worldWith(make()), rightHost: '127.0.0.1', sleep });
  });
});

describe.each([
  ['on a calm network', {}],
  ['on one that loses, repeats and reorders', { loss: 0.03, duplication: 0.03, reordering: 0.1 }],
])('channels in a simulation, %s', (_way, conditions) => {
  test.each(named)('%s', async (name, run) => {
    const world = new SimulatedWorld({ seed: name, shuffleTies: true });
    world.network.setConditions(conditions);
    let outcome: unknown = 'not yet ended';
    let right: HostWorld | undefined;
    world.addHost('right', (context) => {
      right = context;
    });
    world.addHost('left', async (left) => {
      await sleep('1ms', { world: left });
      const pass = (duration: Parameters<typeof sleep>[0]) => sleep(duration, { world: left });
      outcome = await run({ left, right: right!, rightHost: 'right', sleep: pass }).catch((error) => error);
    });
    await world.runFor('10m');
    expect(outcome).toBe(undefined);
    expect(world.failures).toEqual([]);
    world.close();
  });
});

function worldWith(network: NodeNetwork): NetworkWorld {
  const { clock, timers, random } = platformWorld();
  return { clock, timers, random, network };
}
