import type { Messages } from '../host/host-context.ts';
import type { Process } from '../host/process.ts';
import type { Packet } from './packet.ts';
import type { PacketTrace } from './packet-trace.ts';
import type { Station } from './station.ts';

/** The messages of one process: by reference, one packet each. */
export class MessagePort implements Messages {
  onMessage: ((message: unknown, from: string) => void) | undefined = undefined;
  readonly #process: Process;
  readonly #station: Station;
  readonly #trace: PacketTrace;

  constructor(process: Process, station: Station, trace: PacketTrace) {
    this.#process = process;
    this.#station = station;
    this.#trace = trace;
  }

  send(to: string, message: unknown): void {
    if (this.#process.alive) this.#station.send(to, 'message', message, 0, 0);
  }

  deliver(packet: Packet, from: string): void {
    const { onMessage } = this;
    if (onMessage === undefined) {
      this.#trace.dropped(packet, 'nobody-listens');
      return;
    }
    const message = packet.payload;
    this.#trace.delivered(packet);
    onMessage(message, from);
  }
}
