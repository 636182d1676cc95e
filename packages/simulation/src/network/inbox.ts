import { Timer, type Timers } from '@holdfast/core';
import type { Process } from '../host/process.ts';
import type { Packet } from './packet.ts';
import type { PacketTrace } from './packet-trace.ts';

/** What an inbox hands its packets to. */
export interface Reader {
  deliver(packet: Packet, from: string): void;
}

/**
 * What has arrived for a process: handed over at once while it runs, kept in order while it is paused, up to `bound`
 * packets; the newest are dropped then. After the pause they are handed over one by one, one event each.
 */
export class Inbox extends Timer {
  readonly #process: Process;
  readonly #reader: Reader;
  readonly #timers: Timers;
  readonly #trace: PacketTrace;
  readonly #bound: number;
  readonly #waiting: Packet[] = [];

  constructor(process: Process, reader: Reader, timers: Timers, trace: PacketTrace, bound: number) {
    super();
    this.#process = process;
    this.#reader = reader;
    this.#timers = timers;
    this.#trace = trace;
    this.#bound = bound;
  }

  receive(packet: Packet, from: string): void {
    if (this.#waiting.length === 0) {
      if (this.#process.admits(this)) {
        this.#reader.deliver(packet, from);
        return;
      }
      if (!this.#process.alive) {
        this.#trace.dropped(packet, 'host-down');
        return;
      }
    }
    if (this.#waiting.length < this.#bound) this.#waiting.push(packet);
    else this.#trace.dropped(packet, 'inbox-full');
  }

  override fire(): void {
    if (!this.#process.admits(this)) return;
    const packet = this.#waiting.shift()!;
    if (this.#waiting.length > 0) this.#timers.arm(this, this.#trace.clock.now());
    this.#reader.deliver(packet, packet.link!.from);
  }

  /** The process has ended. */
  close(): void {
    this.#timers.disarm(this);
    for (const packet of this.#waiting) this.#trace.dropped(packet, 'host-down');
    this.#waiting.length = 0;
  }
}
