import { Timer } from '@holdfast/core';
import type { Link } from './link.ts';
import type { Segment } from './stream/segment.ts';

/** What a packet carries. A message is for the process as a whole, the others are for a port. */
export type Protocol = 'message' | 'datagram' | 'segment';

/** One packet on its way: the timer of its arrival. Made and used again by a `PacketPool`. */
export class Packet extends Timer {
  /** Its number in this run; a duplicate has the same. */
  id = 0;
  link: Link | undefined = undefined;
  protocol: Protocol = 'message';
  payload: unknown = undefined;
  fromPort = 0;
  toPort = 0;

  override fire(): void {
    this.link!.arrive(this);
  }
}

/** What a packet's head takes on the wire, and what a message is taken for. */
const headBytes = 40;
const messageBytes = 256;

/** The bytes that `packet` takes on the wire. */
export function sizeOf({ protocol, payload }: Packet): number {
  if (protocol === 'message') return messageBytes;
  return headBytes + (protocol === 'datagram' ? (payload as Uint8Array) : (payload as Segment).bytes).length;
}

/** How many idle packets are kept; more are left to the garbage collector. */
const idleMax = 4_096;

/** The packets of one network, so that a busy one allocates none. */
export class PacketPool {
  readonly #idle: Packet[] = [];
  #sent = 0;

  take(protocol: Protocol, payload: unknown, fromPort: number, toPort: number): Packet {
    const packet = this.#idle.pop() ?? new Packet();
    packet.id = ++this.#sent;
    packet.protocol = protocol;
    packet.payload = payload;
    packet.fromPort = fromPort;
    packet.toPort = toPort;
    return packet;
  }

  copy(original: Packet): Packet {
    const { protocol, payload, fromPort, toPort } = original;
    const packet = this.#idle.pop() ?? new Packet();
    packet.id = original.id;
    packet.protocol = protocol;
    packet.payload = payload;
    packet.fromPort = fromPort;
    packet.toPort = toPort;
    return packet;
  }

  /** Takes `packet` back: its holder must not touch it any more. */
  giveBack(packet: Packet): void {
    packet.link = undefined;
    packet.payload = undefined;
    if (this.#idle.length < idleMax) this.#idle.push(packet);
  }
}
