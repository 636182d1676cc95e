import { MessageChannel, type MessagePort } from 'node:worker_threads';
import {
  type Address,
  type Connection,
  type DatagramSocket,
  type Listener,
  type Network,
  networkErrors,
} from '@holdfast/core';
import { portConnection } from '@holdfast/transport';

/** Hands one end of a port pair to the thread that `to` stands for; false when there is none. */
export type PassPort = (to: Address, port: MessagePort) => boolean;

/** A network whose connections lead to threads of this process. It only connects. */
export function connectingNetwork(pass: PassPort): Network {
  return {
    async connect(to) {
      const { port1, port2 } = new MessageChannel();
      if (!pass(to, port2)) throw refused(to);
      return portConnection(port1);
    },
    listen: () => Promise.reject(onlyConnects()),
    bind: () => Promise.reject(onlyConnects()),
  };
}

/** A network whose connections come from other threads of this process. It only listens, and only once. */
export class ListeningNetwork implements Network {
  #accept: ((connection: Connection) => void) | undefined;

  /** A connection from another thread. */
  take(port: MessagePort): void {
    if (this.#accept === undefined) port.close();
    else this.#accept(portConnection(port));
  }

  async listen(port: number, accept: (connection: Connection) => void): Promise<Listener> {
    this.#accept = accept;
    return {
      address: { host: 'thread', port },
      close: async () => {
        this.#accept = undefined;
      },
    };
  }

  connect(to: Address): Promise<Connection> {
    return Promise.reject(refused(to));
  }

  bind(): Promise<DatagramSocket> {
    return Promise.reject(onlyConnects());
  }
}

function refused({ host }: Address): Error {
  return networkErrors.create('CONNECTION_REFUSED', { message: `there is no thread ${host}` });
}

function onlyConnects(): Error {
  return networkErrors.create('HOST_UNREACHABLE', {
    message: 'threads of a process are connected one way only',
  });
}
