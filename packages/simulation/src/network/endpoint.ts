import type { Timers } from '@holdfast/core';
import type { Process } from '../host/process.ts';
import { Inbox, type Reader } from './inbox.ts';
import { MessagePort } from './message-port.ts';
import type { Packet } from './packet.ts';
import type { PacketTrace } from './packet-trace.ts';
import type { Occupant, Station } from './station.ts';

/** What one process has of the network, from its start to its crash. */
export class Endpoint implements Occupant, Reader {
  readonly messages: MessagePort;
  readonly #inbox: Inbox;

  constructor(process: Process, station: Station, timers: Timers, trace: PacketTrace, inboxMax: number) {
    this.messages = new MessagePort(process, station, trace);
    this.#inbox = new Inbox(process, this, timers, trace, inboxMax);
  }

  receive(packet: Packet, from: string): void {
    this.#inbox.receive(packet, from);
  }

  deliver(packet: Packet, from: string): void {
    this.messages.deliver(packet, from);
  }

  /** The process has ended. */
  close(): void {
    this.messages.onMessage = undefined;
    this.#inbox.close();
  }
}
