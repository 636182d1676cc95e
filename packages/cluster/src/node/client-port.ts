import { type Connection, type HostWorld, type Listener, Timer } from '@holdfast/core';
import { serveWebRequest, type WebAnswer } from './web-connection.ts';

export interface ClientPortOptions {
  readonly world: Omit<HostWorld, 'disk'>;
  readonly port: number;
  /** Takes connections that speak HTTP/2, with the bytes that were read from them. Left out, they are refused. */
  readonly http2?: ((connection: Connection, first: Uint8Array) => void) | undefined;
  /** Answers plain requests, given what was connected to. */
  web(connection: Connection): WebAnswer;
}

/** Connections that have not said what they speak, or are being answered a plain request. One more drops the oldest. */
const plainMax = 256;
/** Microseconds for saying what one speaks, and for a plain request with its answer. */
const decisionTime = 5_000_000;
const requestTime = 30_000_000;
/** How every connection begins that speaks HTTP/2, and none of HTTP/1. */
const preface = Buffer.from('PRI *');

/**
 * One port for gRPC (HTTP/2) and plain web requests (HTTP/1), as etcd has it: the first bytes tell. With the listener,
 * all connections are closed that do not speak HTTP/2.
 *
 * @throws HoldfastError ADDRESS_IN_USE.
 */
export async function openClientPort({ http2, port, web, world }: ClientPortOptions): Promise<Listener> {
  const plain = new Set<Connection>();
  const listener = await world.network.listen(port, (connection) => {
    plain.add(connection);
    if (plain.size > plainMax) plain.values().next().value?.destroy();
    const deadline = new Deadline(connection);
    world.timers.arm(deadline, world.clock.now() + decisionTime);
    void decide();

    async function decide(): Promise<void> {
      const first = await firstBytes(connection);
      if (first !== undefined && startsWithPreface(first)) {
        world.timers.disarm(deadline);
        plain.delete(connection);
        if (http2 === undefined) connection.destroy();
        else http2(connection, first);
        return;
      }
      if (first === undefined) connection.destroy();
      else {
        if (deadline.armed) world.timers.arm(deadline, world.clock.now() + requestTime);
        await serveWebRequest(connection, first, web(connection));
      }
      world.timers.disarm(deadline);
      plain.delete(connection);
    }
  });
  return {
    address: listener.address,
    async close() {
      await listener.close();
      for (const connection of plain) connection.destroy();
    },
  };
}

class Deadline extends Timer {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    super();
    this.#connection = connection;
  }

  fire(): void {
    this.#connection.destroy();
  }
}

/** As many as it takes to tell the protocol; undefined when the connection ends before. */
async function firstBytes(connection: Connection): Promise<Uint8Array | undefined> {
  let bytes: Uint8Array = new Uint8Array(0);
  try {
    do {
      const more = await connection.read();
      if (more === undefined) return undefined;
      bytes = bytes.length === 0 ? more : Buffer.concat([bytes, more]);
    } while (bytes.length < preface.length && startsWithPreface(bytes));
    return bytes;
  } catch {
    return undefined; // It broke, which is nobody's concern yet.
  }
}

/** Whether `bytes` begin as HTTP/2 does, as far as they go. */
function startsWithPreface(bytes: Uint8Array): boolean {
  const compared = Math.min(bytes.length, preface.length);
  return preface.compare(bytes, 0, compared, 0, compared) === 0;
}
