import type { Clock, JsonValue } from '@holdfast/core';
import type { Tracer } from '../trace/trace-event.ts';
import { toJson } from './message-json.ts';
import type { Packet, PacketPool } from './packet.ts';
import type { Segment } from './stream/segment.ts';
import { segmentKind } from './stream/segment-kind.ts';

/** Why a packet did not arrive. */
export type DropReason =
  /** A cut, a partition or a flap. */
  | 'cut'
  | 'loss'
  /** The link has as many packets under way as it can take: the newest is dropped, as by a router. */
  | 'link-full'
  /** A paused process has as many packets waiting as it can take: the newest is dropped, as by its socket. */
  | 'inbox-full'
  /** A listener has as many streams to accept as it can take: the newest is dropped, and opened again later. */
  | 'backlog-full'
  | 'host-down'
  | 'unknown-host'
  /** Nothing is bound to that port, or nobody has set `onMessage`. */
  | 'nobody-listens';

/** Tells of packets where somebody wants to know, and takes them back when their way has ended. */
export class PacketTrace {
  readonly clock: Clock;
  readonly tracer: Tracer;
  readonly pool: PacketPool;

  constructor(clock: Clock, tracer: Tracer, pool: PacketPool) {
    this.clock = clock;
    this.tracer = tracer;
    this.pool = pool;
  }

  sent(packet: Packet, from: string, to: string): void {
    if (!this.tracer.enabled) return;
    const { id } = packet;
    this.tracer.record({ what: 'send', at: this.clock.now(), id, from, to, message: content(packet) });
  }

  /** `packet` is about to be delivered: what it carries has been taken out. */
  delivered(packet: Packet): void {
    if (this.tracer.enabled) {
      this.tracer.record({ what: 'deliver', at: this.clock.now(), id: packet.id });
    }
    this.pool.giveBack(packet);
  }

  dropped(packet: Packet, why: DropReason): void {
    if (this.tracer.enabled) {
      this.tracer.record({ what: 'drop', at: this.clock.now(), id: packet.id, why });
    }
    this.pool.giveBack(packet);
  }
}

function content({ protocol, payload, fromPort, toPort }: Packet): JsonValue {
  if (protocol === 'message') return toJson(payload);
  if (protocol === 'segment') {
    return { kind: segmentKind(payload as Segment), segment: toJson(payload), fromPort, toPort };
  }
  return { [protocol]: toJson(payload), fromPort, toPort };
}
