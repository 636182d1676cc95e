import { type Address, type Duration, type HostWorld, platformWorld, sleep } from '@holdfast/core';
import { type NodeNetwork, nodeNetwork } from '@holdfast/runtime';
import { TestCertificates } from '@holdfast/runtime/testkit';
import { SimulatedWorld } from '@holdfast/simulation';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type NetworkWorld, openChannel, openPeers, type Peers, type PeersOptions } from '../src/index.ts';
import { bytesOf, Ear, text, until } from './channel-cases.ts';

/** A peer and what it hears, as `sender message`. */
interface Node {
  readonly peers: Peers;
  readonly heard: string[];
}

async function start(world: NetworkWorld, name: string, options: Partial<PeersOptions> = {}): Promise<Node> {
  const heard: string[] = [];
  const peers = await openPeers(world, {
    greeting: { protocol: 'test-peers', version: 1, identity: bytesOf(name) },
    port: 0,
    identify: ({ identity }) => text(identity),
    receive: (peer, message) => void heard.push(`${peer} ${text(message)}`),
    ...options,
  });
  return { peers, heard };
}

function connected({ peers }: Node): string[] {
  return peers.figures().flatMap(({ peer, connected: is }) => (is ? [peer] : []));
}

/** Sends until it gets through: what is lost in between is lost. */
async function hearsFrom(
  world: Pick<NetworkWorld, 'clock'>,
  { pass, from, to, at }: { pass: (duration: Duration) => Promise<void>; from: Node; to: Node; at: string },
): Promise<number> {
  const began = world.clock.now();
  const text = `probe ${began}`;
  while (!to.heard.some((line) => line.endsWith(text))) {
    from.peers.send(at, bytesOf(text));
    await pass('10ms');
  }
  return world.clock.now() - began;
}

let certificates: TestCertificates;

beforeAll(() => {
  certificates = new TestCertificates();
});

afterAll(() => certificates.remove());

describe.each<[string, () => NodeNetwork]>([
  ['TCP', () => nodeNetwork()],
  ['TLS', () => nodeNetwork({ tls: certificates.make('node') })],
])('peers over %s', (_way, make) => {
  const world = (): NetworkWorld => {
    const { clock, timers, random } = platformWorld();
    return { clock, timers, random, network: make() };
  };
  const here = { sleep };

  test('hear each other, in order, and count', async () => {
    const [a, b, c] = await Promise.all([start(world(), 'a'), start(world(), 'b'), start(world(), 'c')]);
    const all = new Map([
      ['a', a!.peers.address],
      ['b', b!.peers.address],
      ['c', c!.peers.address],
    ]);
    for (const [name, node] of [
      ['a', a],
      ['b', b],
      ['c', c],
    ] as const) {
      node.peers.set(new Map([...all].filter(([peer]) => peer !== name)));
    }
    await until(here, () => [a, b, c].every((node) => connected(node).length === 2));
    for (let count = 0; count < 100; count++) a.peers.send('b', bytesOf('n'), bytesOf(`${count}`));
    b.peers.send('a', bytesOf('answer'));
    c.peers.send('a', bytesOf('greetings'));
    await until(here, () => b.heard.length === 100 && a.heard.length === 2);
    expect(b.heard).toEqual(Array.from({ length: 100 }, (_, count) => `a n${count}`));
    expect([...a.heard].sort()).toEqual(['b answer', 'c greetings']);
    expect(a.peers.figures()[0]).toMatchObject({
      peer: 'b',
      connected: true,
      connects: 1,
      sentMessages: 100,
      sentBytes: 290,
      receivedMessages: 1,
      receivedBytes: 6,
      droppedMessages: 0,
      queuedBytes: 0,
      roundTrip: expect.any(Number),
    });
    await Promise.all([a, b, c].map((node) => node.peers.close()));
  });

  test('a peer that comes back is linked again', async () => {
    const a = await start(world(), 'a');
    let b = await start(world(), 'b');
    const { port } = b.peers.address;
    a.peers.set(new Map([['b', b.peers.address]]));
    await hearsFrom(platformWorld(), { pass: sleep, from: a, to: b, at: 'b' });
    for (let round = 0; round < 2; round++) {
      await b.peers.close();
      await until(here, () => connected(a).length === 0);
      expect(a.peers.send('b', bytesOf('lost'))).toBe(false);
      b = await start(world(), 'b', { port });
      await hearsFrom(platformWorld(), { pass: sleep, from: a, to: b, at: 'b' });
    }
    expect(a.peers.figures()[0]).toMatchObject({ connects: 3 });
    expect(a.peers.figures()[0]!.droppedMessages).toBeGreaterThanOrEqual(2);
    await Promise.all([a.peers.close(), b.peers.close()]);
  });

  test('who is no peer is not let in, and the links change with those who are', async () => {
    const known = new Set(['a']);
    const identify: PeersOptions['identify'] = ({ identity }) => {
      const name = text(identity);
      return known.has(name) ? name : undefined;
    };
    const b = await start(world(), 'b', { identify });
    const a = await start(world(), 'a');
    const stranger = await start(world(), 'stranger');
    const toB = new Map<string, Address>([['b', b.peers.address]]);
    a.peers.set(toB);
    stranger.peers.set(toB);
    await until(here, () => connected(a).length === 1);
    expect(connected(stranger)).toEqual([]);
    expect(stranger.peers.send('nobody', bytesOf('x'))).toBe(false);

    known.delete('a');
    known.add('stranger');
    b.peers.set(new Map());
    await until(here, () => connected(a).length === 0 && connected(stranger).length === 1);

    stranger.peers.set(new Map());
    expect(stranger.peers.figures()).toEqual([]);
    await Promise.all([a, b, stranger].map((node) => node.peers.close()));
  });

  test('a peer that calls again takes the place of its earlier call', async () => {
    const b = await start(world(), 'b');
    const call = async () => {
      const ear = new Ear();
      const greeting = { protocol: 'test-peers', version: 1, identity: bytesOf('a') };
      await openChannel(world(), b.peers.address, { greeting, handler: ear });
      return ear;
    };
    const earlier = await call();
    const later = await call();
    await until(here, () => earlier.ended);
    later.channel.send(bytesOf('here'));
    await until(here, () => b.heard.length === 1);
    expect(later.ended).toBe(false);
    await b.peers.close();
  });

  test('somebody else at the address of a peer gets no messages', async () => {
    const a = await start(world(), 'a');
    const impostor = await start(world(), 'impostor');
    a.peers.set(new Map([['b', impostor.peers.address]]));
    await sleep('300ms');
    expect(connected(a)).toEqual([]);
    expect(a.peers.send('b', bytesOf('secret'))).toBe(false);
    expect(impostor.heard).toEqual([]);
    await Promise.all([a.peers.close(), impostor.peers.close()]);
  });
});

describe('peers in a simulation', () => {
  /** Runs `program` on the host `a`, which is linked with `b` both ways; `b` restarts with its host. */
  async function run(
    seed: number,
    program: (at: {
      world: SimulatedWorld;
      host: HostWorld;
      a: Node;
      b: () => Node;
      pass: (duration: Duration) => Promise<void>;
    }) => Promise<void>,
  ): Promise<void> {
    const world = new SimulatedWorld({ seed, shuffleTies: true });
    let b: Node | undefined;
    let outcome: unknown = 'not yet ended';
    world.addHost('b', async (host) => {
      b = await start(host, 'b', { port: 70 });
      b.peers.set(new Map([['a', { host: 'a', port: 70 }]]));
    });
    world.addHost('a', async (host) => {
      const pass = (duration: Duration) => sleep(duration, { world: host });
      const a = await start(host, 'a', { port: 70 });
      a.peers.set(new Map([['b', { host: 'b', port: 70 }]]));
      await pass('1s');
      outcome = await program({ world, host, a, b: () => b!, pass }).catch((error) => error);
    });
    await world.runFor('5m');
    expect(outcome).toBe(undefined);
    expect(world.failures).toEqual([]);
    world.close();
  }

  const seeds = Array.from({ length: 10 }, (_, seed) => seed);

  test.each(seeds)('a cut is noticed, and healed soon (seed %i)', async (seed) => {
    await run(seed, async ({ world, host, a, b, pass }) => {
      for (let round = 0; round < 5; round++) {
        const heal = [world.network.cut('a', 'b'), ...(round % 2 ? [world.network.cut('b', 'a')] : [])];
        await pass(`${1_500 + host.random.below(20_000)}ms`);
        expect(connected(a)).toEqual([]);
        for (const mend of heal) mend();
        const took = await hearsFrom(host, { pass, from: a, to: b(), at: 'b' });
        expect(took).toBeLessThan(1_700_000);
        await hearsFrom(host, { pass, from: b(), to: a, at: 'a' });
      }
    });
  });

  test.each(seeds)('a peer whose host crashed and came back is linked again (seed %i)', async (seed) => {
    await run(seed, async ({ world, host, a, b, pass }) => {
      for (let round = 0; round < 5; round++) {
        world.host('b').crash();
        await pass(`${1_500 + host.random.below(5_000)}ms`);
        expect(connected(a)).toEqual([]);
        world.host('b').start();
        await pass('1ms');
        await hearsFrom(host, { pass, from: a, to: b(), at: 'b' });
        await hearsFrom(host, { pass, from: b(), to: a, at: 'a' });
      }
    });
  });

  test.each(seeds)(
    'while a peer does not read, its queue fills and messages are dropped (seed %i)',
    async (seed) => {
      await run(seed, async ({ world, host, a, b, pass }) => {
        const queueBytesMax = 64 * 1_048_576;
        world.host('b').pause();
        let refused = false;
        for (let sent = 0; !refused && sent < 1_000; sent++)
          refused = !a.peers.send('b', new Uint8Array(1_000_000));
        expect(refused).toBe(true);
        expect(a.peers.figures()[0]!.queuedBytes).toBeLessThanOrEqual(queueBytesMax);
        await pass('3s');
        expect(connected(a)).toEqual([]);
        expect(a.peers.figures()[0]!.queuedBytes).toBe(0);
        world.host('b').resume();
        await hearsFrom(host, { pass, from: a, to: b(), at: 'b' });
      });
    },
  );

  test('who is not there is called ever less often, at random times', async () => {
    await run(1, async ({ host, pass }) => {
      const calls: number[] = [];
      const { clock, timers, random, network } = host;
      const watched: NetworkWorld['network'] = {
        listen: (port, accept) => network.listen(port, accept),
        bind: (port, receive) => network.bind(port, receive),
        connect: (to, options) => {
          calls.push(clock.now());
          return network.connect(to, options);
        },
      };
      const { peers } = await start({ clock, timers, random, network: watched }, 'c', { port: 71 });
      peers.set(new Map([['nobody', { host: 'b', port: 9_999 }]]));
      await pass('60s');
      await peers.close();
      const gaps = calls.slice(1).map((at, index) => at - calls[index]!);
      expect(Math.max(...gaps.slice(0, 2))).toBeLessThan(120_000);
      expect(Math.max(...gaps)).toBeGreaterThan(400_000);
      expect(Math.max(...gaps)).toBeLessThan(520_000);
      expect(Math.min(...gaps.slice(10))).toBeLessThan(100_000);
      const { length } = calls;
      await pass('5s');
      expect(calls).toHaveLength(length);
    });
  });

  test.each(seeds)('whatever fails, a message comes once at most, and in order (seed %i)', async (seed) => {
    await run(seed, async ({ world, host, a, b, pass }) => {
      world.network.setConditions({ loss: 0.02, duplication: 0.02, reordering: 0.1 });
      const { random } = host;
      const troubles = [
        () => world.network.cut('a', 'b'),
        () => world.network.cut('b', 'a'),
        () => world.network.clog('a', 'b'),
        () => {
          world.host('b').pause();
          return () => world.host('b').resume();
        },
        () => {
          world.host('b').crash();
          return () => world.host('b').start();
        },
      ];
      let heal = () => {};
      let lives: string[][] = [];
      for (let number = 0; number < 2_000; number++) {
        if (number % 100 === 0) {
          heal();
          heal = number % 300 === 0 ? troubles[random.below(troubles.length)]!() : () => {};
        }
        a.peers.send('b', bytesOf(`${number}`), new Uint8Array(random.below(20_000)));
        await pass(`${random.below(20)}ms`);
        if (!lives.includes(b().heard)) lives = [...lives, b().heard];
      }
      heal();
      await pass('10ms');
      await hearsFrom(host, { pass, from: a, to: b(), at: 'b' });
      let heard = 0;
      for (const life of lives) {
        const numbers = life.map((line) => Number.parseInt(line.slice(2), 10)).filter(Number.isInteger);
        expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
        heard += numbers.length;
      }
      expect(heard).toBeGreaterThan(500);
    });
  });
});
