import {
  type Connection,
  type DatagramSocket,
  type Duration,
  type Network,
  sleep,
  toAbortError,
  type WaitOptions,
} from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { ManualNetwork } from '../../../test/manual-network.ts';
import { networkContract } from './network-contract.ts';

/** Networks that break one promise each, made of one that keeps them all, and the case that is to notice. */
const planted: Readonly<Record<string, { notices: string; plant(network: Network): Network }>> = {
  'loses a byte now and then': {
    notices: 'bytes arrive in order, each once, whatever the pieces',
    plant: (network) =>
      connections(network, (connection) => {
        let read = 0;
        return {
          read: async (options) => {
            const bytes = await connection.read(options);
            read += bytes?.length ?? 0;
            return bytes !== undefined && bytes.length > 1 && read > 1_000 ? bytes.subarray(1) : bytes;
          },
        };
      }),
  },
  'doubles a piece': {
    notices: 'bytes arrive in order, each once, whatever the pieces',
    plant: (network) =>
      connections(network, (connection) => {
        let pieces = 0;
        let again: Uint8Array | undefined;
        return {
          read: async (options) => {
            const kept = again;
            again = undefined;
            if (kept !== undefined) return kept;
            const bytes = await connection.read(options);
            if (++pieces === 3) again = bytes;
            return bytes;
          },
        };
      }),
  },
  'gives empty pieces': {
    notices: 'bytes arrive in order, each once, whatever the pieces',
    plant: (network) =>
      connections(network, (connection) => {
        let pieces = 0;
        return {
          read: async (options) => (++pieces % 2 === 1 ? new Uint8Array(0) : connection.read(options)),
        };
      }),
  },
  'ends both ways at once': {
    notices: 'an end that has ended still reads, and an end that has read everything still writes',
    plant: (network) =>
      connections(network, (connection) => ({
        read: async (options) => {
          const bytes = await connection.read(options);
          if (bytes === undefined) connection.end();
          return bytes;
        },
      })),
  },
  'takes everything without waiting': {
    notices: 'a writer waits for a reader that does not read, and loses nothing',
    plant: (network) =>
      connections(network, (connection) => {
        let last: Promise<void> = Promise.resolve();
        return {
          write: async (bytes) => {
            last = last.then(() => connection.write(bytes)).catch(() => {});
          },
          end: () => void last.then(() => connection.end()),
        };
      }),
  },
  'breaks without a word': {
    notices: 'a destroyed connection fails what waits at both ends, and what comes later',
    plant: (network) =>
      connections(network, (connection) => ({
        destroy: () => connection.end(),
      })),
  },
  'reads when asked twice': {
    notices: 'a second read or write beside one that waits is refused, and so is a write after the end',
    plant: (network) =>
      connections(network, (connection) => {
        let reading: Promise<unknown> = Promise.resolve();
        return {
          read: (options) => {
            const next = reading.then(() => connection.read(options));
            reading = next.catch(() => {});
            return next;
          },
        };
      }),
  },
  'listens on a signal for ever': {
    notices: 'an aborted read loses no byte, and the connection goes on',
    plant: (network) =>
      connections(network, (connection) => ({
        read: (options) => {
          if (!options?.signal?.aborted) options?.signal?.addEventListener('abort', () => {});
          return connection.read(options);
        },
      })),
  },
  'does not hear an abort': {
    notices: 'an aborted write stops waiting',
    plant: (network) =>
      connections(network, (connection) => ({
        write: (bytes, options) =>
          options?.signal?.aborted ? connection.write(bytes, options) : connection.write(bytes),
      })),
  },
  'loses what an aborted read was to get': {
    notices: 'an aborted read loses no byte, and the connection goes on',
    plant: (network) =>
      connections(network, (connection) => {
        let abandoned: Promise<unknown> | undefined;
        return {
          read: async (options) => {
            await abandoned;
            abandoned = undefined;
            const { signal } = options ?? {};
            if (signal === undefined || signal.aborted) return connection.read(options);
            const reading = connection.read();
            const aborted = new Promise<never>((_, reject) => {
              signal.onabort = () => {
                abandoned = reading;
                reject(toAbortError(signal.reason, 'read'));
              };
            });
            return Promise.race([reading, aborted]);
          },
        };
      }),
  },
  'listens where one listens': {
    notices: 'a port belongs to one listener, until that closes',
    plant: (network) => {
      const taken = new Set<number>();
      return overridden(network, {
        listen: async (port, accept) => {
          const listener = await network.listen(taken.has(port) ? 0 : port, accept);
          taken.add(listener.address.port);
          return listener;
        },
      });
    },
  },
  'calls refusal a reset': {
    notices: 'where nobody listens, or no more, a connection is refused; open ones stay',
    plant: (network) =>
      overridden(network, {
        connect: async (to, options) => {
          try {
            return await network.connect(to, options);
          } catch (error) {
            if ((error as { code: string }).code !== 'CONNECTION_REFUSED') throw error;
            const connection = await network.connect({ host: 'nowhere', port: 1 });
            return connection;
          }
        },
      }),
  },
  'keeps a port that was closed': {
    notices: 'where nobody listens, or no more, a connection is refused; open ones stay',
    plant: (network) =>
      overridden(network, {
        listen: async (port, accept) => {
          const listener = await network.listen(port, accept);
          return { address: listener.address, close: async () => {} };
        },
      }),
  },
  'cuts large datagrams': {
    notices: 'an empty datagram and one of the largest size arrive; a larger one is refused',
    plant: (network) =>
      overridden(network, {
        bind: (port, receive) =>
          network.bind(port, (datagram, from) => receive(datagram.subarray(0, 1_500), from)),
      }),
  },
  'sends datagrams later': {
    notices: 'a datagram is what it was when it was sent',
    plant: (network) =>
      sockets(network, (socket) => ({
        send: (datagram, to) => {
          if (datagram.length > 1_000) socket.send(datagram, to);
          else void Promise.resolve().then(() => socket.send(datagram, to));
        },
      })),
  },
  'takes datagrams of any size': {
    notices: 'an empty datagram and one of the largest size arrive; a larger one is refused',
    plant: (network) =>
      sockets(network, (socket) => ({
        send: (datagram, to) => socket.send(datagram.subarray(0, 65_507), to),
      })),
  },
};

function overridden(network: Network, overrides: Partial<Network>): Network {
  const { listen, connect, bind } = overrides;
  return {
    listen: listen ?? ((port, accept) => network.listen(port, accept)),
    connect: connect ?? ((to, options) => network.connect(to, options)),
    bind: bind ?? ((port, receive) => network.bind(port, receive)),
  };
}

function connections(network: Network, plant: (connection: Connection) => Partial<Connection>): Network {
  const faulty = (connection: Connection): Connection => ({
    local: connection.local,
    remote: connection.remote,
    read: (options) => connection.read(options),
    write: (bytes, options) => connection.write(bytes, options),
    end: () => connection.end(),
    destroy: () => connection.destroy(),
    ...plant(connection),
  });
  return overridden(network, {
    listen: (port, accept) => network.listen(port, (connection) => accept(faulty(connection))),
    connect: async (to, options) => faulty(await network.connect(to, options)),
  });
}

function sockets(network: Network, plant: (socket: DatagramSocket) => Partial<DatagramSocket>): Network {
  return overridden(network, {
    bind: async (port, receive) => {
      const socket = await network.bind(port, receive);
      return { ...socket, ...plant(socket) };
    },
  });
}

/** The first case of the contract that `plant` fails. */
async function failureOf(plant: (network: Network) => Network): Promise<string | undefined> {
  for (const { name, run } of networkContract) {
    const manual = new ManualNetwork(name);
    const { world } = manual;
    const pair = {
      left: plant(manual.start('left').network),
      leftHost: 'left',
      right: plant(manual.start('right').network),
      rightHost: 'right',
      sleep: (duration: Duration, options?: WaitOptions) => sleep(duration, { world, ...options }),
      held: () => world.pendingTimers,
    };
    const failed = await manual.drive(run(pair)).then(
      () => false,
      () => true,
    );
    if (failed) return name;
  }
  return undefined;
}

describe('the cases of the network contract', () => {
  test('all hold for a network that keeps its promises', async () => {
    expect(await failureOf((network) => network)).toBe(undefined);
  });

  test.each(Object.entries(planted))('a network that %s is noticed', async (_fault, { notices, plant }) => {
    expect(await failureOf(plant)).toBe(notices);
  });
});
