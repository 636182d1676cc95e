import {
  type Address,
  type Connection,
  type DatagramSocket,
  type Listener,
  type Network,
  networkErrors,
  type WaitOptions,
} from '@holdfast/core';

/** A network that can be cut off: what is open breaks, and nothing new comes through until it is healed. */
export class SeverableNetwork implements Network {
  readonly #network: Network;
  readonly #open = new Set<Connection>();
  #severed = false;

  constructor(network: Network) {
    this.#network = network;
  }

  sever(severed: boolean): void {
    this.#severed = severed;
    if (!severed) return;
    for (const connection of this.#open) connection.destroy();
    this.#open.clear();
  }

  async connect(to: Address, options?: WaitOptions): Promise<Connection> {
    if (this.#severed) throw unreachable(to);
    const connection = await this.#network.connect(to, options);
    return this.#keep(connection, to);
  }

  listen(port: number, accept: (connection: Connection) => void): Promise<Listener> {
    return this.#network.listen(port, (connection) => {
      if (this.#severed) connection.destroy();
      else accept(this.#keep(connection, connection.remote));
    });
  }

  bind(port: number, receive: (datagram: Uint8Array, from: Address) => void): Promise<DatagramSocket> {
    return this.#network.bind(port, (datagram, from) => {
      if (!this.#severed) receive(datagram, from);
    });
  }

  #keep(connection: Connection, to: Address): Connection {
    if (this.#severed) {
      connection.destroy();
      throw unreachable(to);
    }
    const kept = new KeptConnection(connection, () => this.#open.delete(kept));
    this.#open.add(kept);
    return kept;
  }
}

/** A connection that says when it is over. */
class KeptConnection implements Connection {
  readonly local: Address;
  readonly remote: Address;
  readonly #connection: Connection;
  readonly #over: () => void;

  constructor(connection: Connection, over: () => void) {
    this.local = connection.local;
    this.remote = connection.remote;
    this.#connection = connection;
    this.#over = over;
  }

  async read(options?: WaitOptions): Promise<Uint8Array | undefined> {
    try {
      return await this.#connection.read(options);
    } catch (error) {
      this.#over();
      throw error;
    }
  }

  write(bytes: Uint8Array, options?: WaitOptions): Promise<void> {
    return this.#connection.write(bytes, options);
  }

  end(): void {
    this.#connection.end();
  }

  destroy(): void {
    this.#over();
    this.#connection.destroy();
  }
}

function unreachable({ host, port }: Address): Error {
  return networkErrors.create('HOST_UNREACHABLE', { message: `cut off from ${host}:${port}` });
}
