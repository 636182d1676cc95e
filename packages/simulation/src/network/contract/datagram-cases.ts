import { type Address, assert, type DatagramSocket, datagramBytesMax } from '@holdfast/core';
import {
  bytesOf,
  equal,
  failsWith,
  type NetworkCase,
  type NetworkPair,
  pattern,
  sameBytes,
  text,
} from './network-case.ts';

/** What core's `Network` promises of datagrams. */
export const datagramCases: readonly NetworkCase[] = [
  {
    name: 'a datagram arrives whole, and can be answered',
    async run(pair) {
      const server = await pair.right.bind(0, (datagram, from) => server.send(datagram, from));
      const answers: Uint8Array[] = [];
      const origins: Address[] = [];
      const client = await pair.left.bind(0, (datagram, from) => {
        answers.push(datagram);
        origins.push(from);
      });
      const to = { host: pair.rightHost, port: server.address.port };
      await until(pair, answers, () => client.send(bytesOf('ping'), to));
      equal(text(answers[0]), 'ping', 'the answer');
      equal(origins[0]!.port, server.address.port, 'the port that it comes from');
      equal(origins[0]!.host, pair.rightHost, 'the host that it comes from');
      client.close();
      server.close();
    },
  },
  {
    name: 'an empty datagram and one of the largest size arrive; a larger one is refused',
    async run(pair) {
      const arrived: Uint8Array[] = [];
      const server = await pair.right.bind(0, (datagram) => void arrived.push(datagram));
      const client = await pair.left.bind(0, () => {});
      const to = { host: pair.rightHost, port: server.address.port };
      const largest = pattern(datagramBytesMax);
      await until(pair, arrived, () => client.send(largest, to));
      sameBytes(arrived[0]!, largest, 'the largest datagram');
      await pair.sleep('100ms');
      arrived.length = 0;
      await until(pair, arrived, () => client.send(new Uint8Array(0), to));
      equal(arrived.at(-1)!.length, 0, 'bytes of the empty datagram');
      const sendTooLarge = async () => client.send(new Uint8Array(datagramBytesMax + 1), to);
      await failsWith('INVALID_ARGUMENT', sendTooLarge(), 'sending a larger one');
      client.close();
      server.close();
    },
  },
  {
    name: 'a datagram is what it was when it was sent',
    async run(pair) {
      const arrived: Uint8Array[] = [];
      const server = await pair.right.bind(0, (datagram) => void arrived.push(datagram));
      const client = await pair.left.bind(0, () => {});
      const buffer = new Uint8Array(1);
      await until(pair, arrived, () => {
        buffer[0] = 1;
        client.send(buffer, { host: pair.rightHost, port: server.address.port });
        buffer[0] = 2;
      });
      equal(arrived[0]![0], 1, 'the byte that arrived');
      client.close();
      server.close();
    },
  },
  {
    name: 'nobody hears of a datagram to a port that nobody has bound, or has no more',
    async run(pair) {
      const arrived: Uint8Array[] = [];
      const server = await pair.right.bind(0, (datagram) => void arrived.push(datagram));
      const client = await pair.left.bind(0, () => {});
      server.close();
      server.close();
      client.send(bytesOf('lost'), { host: pair.rightHost, port: server.address.port });
      await pair.sleep('100ms');
      equal(arrived.length, 0, 'datagrams that arrived');
      client.close();
      client.send(bytesOf('never sent'), { host: pair.rightHost, port: server.address.port });
    },
  },
  {
    name: 'a port belongs to one socket, and is no listener of connections',
    async run(pair) {
      const bound: DatagramSocket = await pair.right.bind(0, () => {});
      const { port } = bound.address;
      assert(port > 0, 'port 0 is replaced by a free one');
      await failsWith(
        'ADDRESS_IN_USE',
        pair.right.bind(port, () => {}),
        'binding what is bound',
      );
      await failsWith(
        'CONNECTION_REFUSED',
        pair.left.connect({ host: pair.rightHost, port }),
        'connecting to a datagram socket',
      );
      bound.close();
      (await pair.right.bind(port, () => {})).close();
    },
  },
];

/** Sends again and again until something has arrived: any datagram may get lost. */
async function until(pair: NetworkPair, arrived: readonly unknown[], send: () => void): Promise<void> {
  for (let tries = 0; arrived.length === 0; tries++) {
    assert(tries < 100, 'one of 100 datagrams arrives');
    send();
    await pair.sleep('20ms');
  }
}
