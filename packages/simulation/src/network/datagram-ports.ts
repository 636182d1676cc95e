import { type Address, type DatagramSocket, datagramBytesMax, invalidArgument } from '@holdfast/core';
import type { Process } from '../host/process.ts';
import type { Packet } from './packet.ts';
import type { PacketTrace } from './packet-trace.ts';
import { PortTable } from './port-table.ts';
import type { Station } from './station.ts';

type Receive = (datagram: Uint8Array, from: Address) => void;

/** The datagrams of one process. */
export class DatagramPorts {
  readonly #process: Process;
  readonly #station: Station;
  readonly #trace: PacketTrace;
  readonly #ports: PortTable<Receive>;

  constructor(process: Process, station: Station, trace: PacketTrace) {
    this.#process = process;
    this.#station = station;
    this.#trace = trace;
    this.#ports = new PortTable(process.host);
  }

  /** @throws HoldfastError ADDRESS_IN_USE. */
  bind(port: number, receive: Receive, resolve: (host: string) => string): DatagramSocket {
    const claimed = this.#ports.claim(port);
    this.#ports.set(claimed, receive);
    let open = true;
    return {
      address: { host: this.#process.host, port: claimed },
      send: (datagram, to) => {
        if (datagram.length > datagramBytesMax) {
          throw invalidArgument('datagram.length', datagram.length, `at most ${datagramBytesMax}`);
        }
        if (!open || !this.#process.alive) return;
        this.#station.send(resolve(to.host), 'datagram', datagram.slice(), claimed, to.port);
      },
      close: () => {
        if (open) this.#ports.release(claimed);
        open = false;
      },
    };
  }

  deliver(packet: Packet, from: string): void {
    const receive = this.#ports.get(packet.toPort);
    if (receive === undefined) {
      this.#trace.dropped(packet, 'nobody-listens');
      return;
    }
    // A copy, since a duplicate carries the same bytes.
    const datagram = (packet.payload as Uint8Array).slice();
    const address = { host: from, port: packet.fromPort };
    this.#trace.delivered(packet);
    receive(datagram, address);
  }
}
