import { type MessagePort, MessageChannel as NodeMessageChannel, Worker } from 'node:worker_threads';
import { type Connection, type Network, networkErrors, platformWorld, sleep } from '@holdfast/core';
import { type NetworkCase, networkContract } from '@holdfast/simulation';
import { describe, expect, test } from 'vitest';
import { channelCases } from '../test/channel-cases.ts';
import { type NodePort, portConnection, type WebPort } from './port-connection.ts';

type MakePair = () => { readonly port1: NodePort | WebPort; readonly port2: NodePort | WebPort };

/** A network of ports within this process, so that the contract of networks can be asked of them. */
class PortNetwork {
  readonly #listeners = new Map<number, (connection: Connection) => void>();
  readonly #makePair: MakePair;

  constructor(makePair: MakePair) {
    this.#makePair = makePair;
  }

  readonly network: Network = {
    listen: async (_port, accept) => {
      const port = this.#listeners.size + 1;
      this.#listeners.set(port, accept);
      return {
        address: { host: 'here', port },
        close: async () => void this.#listeners.delete(port),
      };
    },
    connect: async ({ port }) => {
      const accept = this.#listeners.get(port);
      if (accept === undefined) throw networkErrors.create('CONNECTION_REFUSED', { message: 'nobody' });
      const { port1, port2 } = this.#makePair();
      accept(portConnection(port2));
      return portConnection(port1);
    },
    bind: () => Promise.reject(new Error('ports carry no datagrams')),
  };
}

/** What the contract says of connections once they are there. */
const connectionCases: readonly NetworkCase[] = networkContract.filter(({ name }) =>
  [
    'what one end writes',
    'bytes arrive in order',
    'large transfers',
    'an end that has ended',
    'a connection that ends without',
    'a writer waits',
    'many connections',
    'a destroyed connection',
    'a second read or write',
    'an aborted read',
    'an aborted write',
  ].some((beginning) => name.startsWith(beginning)),
);

const asNode: MakePair = () => new NodeMessageChannel();
const asWeb: MakePair = () => {
  const { port1, port2 } = new NodeMessageChannel();
  return { port1: webPort(port1), port2: webPort(port2) };
};

/** Browsers tell nobody that a port was closed. */
function webPort(port: MessagePort): WebPort {
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer),
    addEventListener: (_type, listener) => void port.on('message', (data) => listener({ data })),
    start: () => port.start(),
    close: () => port.close(),
  };
}

describe.each([
  ['Node', asNode],
  ['the web', asWeb],
])('connections over message ports as of %s', (_platform, makePair) => {
  test.each(connectionCases.map(({ name, run }) => [name, run] as const))('%s', async (_name, run) => {
    const { network } = new PortNetwork(makePair);
    await run({ left: network, leftHost: 'here', right: network, rightHost: 'here', sleep, held: () => 0 });
  });

  test.each(
    channelCases
      .filter(({ name }) => !/called off|asked no more/.test(name))
      .map(({ name, run }) => [name, run] as const),
  )('channels: %s', async (_name, run) => {
    const { network } = new PortNetwork(makePair);
    const { clock, timers, random } = platformWorld();
    const world = { clock, timers, random, network };
    await run({ left: world, right: world, rightHost: 'here', sleep });
  });
});

describe('a connection to a worker thread', () => {
  test('breaks when the worker ends', async () => {
    const { port1, port2 } = new NodeMessageChannel();
    const worker = new Worker('setInterval(() => {}, 1000)', {
      eval: true,
      workerData: port2,
      transferList: [port2],
    });
    const connection = portConnection(port1);
    await new Promise((resolve) => worker.once('online', resolve));
    const outcome = connection.read().catch((error) => error.code);
    await worker.terminate();
    expect(await outcome).toBe('CONNECTION_RESET');
  });

  test('what comes over the port and is nothing of ours breaks it', async () => {
    const { port1, port2 } = new NodeMessageChannel();
    const connection = portConnection(port1);
    port2.postMessage({ some: 'object' });
    await expect(connection.read()).rejects.toMatchObject({ code: 'CONNECTION_RESET' });
  });

  test('sends what it was given, of a larger buffer, and leaves that alone', async () => {
    const { port1, port2 } = new NodeMessageChannel();
    const [near, far] = [port1, port2].map((port) => portConnection(port));
    const large = Uint8Array.from({ length: 100 }, (_, index) => index);
    await near!.write(large.subarray(10, 13));
    expect(await far!.read()).toEqual(Uint8Array.of(10, 11, 12));
    expect(large).toHaveLength(100);
    near!.destroy();
    await expect(far!.read()).rejects.toMatchObject({ code: 'CONNECTION_RESET' });
  });
});
