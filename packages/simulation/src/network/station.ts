import type { Destination, Link } from './link.ts';
import type { Packet, PacketPool, Protocol } from './packet.ts';
import type { PacketTrace } from './packet-trace.ts';

/** What a running process offers to the network. */
export interface Occupant {
  receive(packet: Packet, from: string): void;
}

/** A host's place in the network: it stays while the host's processes come and go. */
export class Station implements Destination {
  readonly host: string;
  /** The host's process; undefined while it is down. */
  occupant: Occupant | undefined = undefined;
  /** Whether the host has ever run. Until then nobody knows its name. */
  known = false;
  readonly links: Map<string, Link> = new Map();
  readonly #linkTo: (to: string) => Link | undefined;
  readonly #pool: PacketPool;
  readonly #trace: PacketTrace;

  constructor(host: string, linkTo: (to: string) => Link | undefined, pool: PacketPool, trace: PacketTrace) {
    this.host = host;
    this.#linkTo = linkTo;
    this.#pool = pool;
    this.#trace = trace;
  }

  send(to: string, protocol: Protocol, payload: unknown, fromPort: number, toPort: number): void {
    const packet = this.#pool.take(protocol, payload, fromPort, toPort);
    const link = this.links.get(to) ?? this.#linkTo(to);
    if (link !== undefined) {
      link.send(packet);
    } else {
      this.#trace.sent(packet, this.host, to);
      this.#trace.dropped(packet, 'unknown-host');
    }
  }

  receive(packet: Packet, from: string): void {
    if (this.occupant === undefined) this.#trace.dropped(packet, 'host-down');
    else this.occupant.receive(packet, from);
  }
}
