import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { type Address, type DatagramSocket, datagramBytesMax, invalidArgument } from '@holdfast/core';
import { networkError } from './network-error.ts';

/** Core's datagrams over a socket of Node. */
export async function bindDatagrams(
  host: string,
  port: number,
  receive: (datagram: Uint8Array, from: Address) => void,
): Promise<DatagramSocket> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4', (datagram, from) => {
    receive(datagram, { host: from.address, port: from.port });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(networkError(error));
    });
    socket.bind({ port, address: host, exclusive: true }, resolve);
  });
  // A datagram that could not be sent is one that got lost.
  socket.on('error', () => {});
  let open = true;
  return {
    address: { host, port: socket.address().port },
    send(datagram, to) {
      if (datagram.length > datagramBytesMax) {
        throw invalidArgument('datagram.length', datagram.length, `at most ${datagramBytesMax}`);
      }
      if (open) socket.send(datagram.slice(), to.port, to.host, () => {});
    },
    close() {
      if (open) socket.close();
      open = false;
    },
  };
}
