import type { Timers } from '@holdfast/core';
import type { Choices } from '../choices/choices.ts';
import type { Site } from '../choices/site.ts';
import type { NetworkConditions } from '../plan/fault-plan.ts';
import { type LinkConditions, loopback, withConditions } from './link-conditions.ts';
import { type Packet, type PacketPool, sizeOf } from './packet.ts';
import type { PacketTrace } from './packet-trace.ts';

/** What all links of a network share. */
export interface LinkSurroundings {
  readonly timers: Timers;
  readonly choices: Choices;
  readonly trace: PacketTrace;
  readonly pool: PacketPool;
  /** Packets under way on one link at most: more are dropped, the newest first. */
  readonly packetsMax: number;
}

/** Where packets arrive. */
export interface Destination {
  receive(packet: Packet, from: string): void;
}

/**
 * The way from one host to another. It loses, doubles and holds back packets as its conditions and chance say; while
 * cut it drops what is sent and what arrives; while clogged it keeps that, and lets it go in order afterwards. A host
 * always reaches itself: faults do nothing to that link.
 */
export class Link {
  readonly from: string;
  readonly to: string;
  readonly #destination: Destination;
  readonly #surroundings: LinkSurroundings;
  readonly #lossSite: Site;
  readonly #duplicationSite: Site;
  readonly #reorderingSite: Site;
  readonly #latencySite: Site;
  readonly #degradations: NetworkConditions[] = [];
  readonly #held: Packet[] = [];
  #general: LinkConditions;
  #conditions: LinkConditions;
  #cuts = 0;
  #clogs = 0;
  #underWay = 0;
  /** When the last byte of what has been sent leaves, where bandwidth is limited. */
  #busyUntil = 0;

  constructor(
    from: string,
    to: string,
    destination: Destination,
    general: LinkConditions,
    surroundings: LinkSurroundings,
  ) {
    const { choices } = surroundings;
    const subject = `${from}>${to}`;
    this.from = from;
    this.to = to;
    this.#destination = destination;
    this.#surroundings = surroundings;
    this.#lossSite = choices.site('loss', subject);
    this.#duplicationSite = choices.site('duplication', subject);
    this.#reorderingSite = choices.site('reordering', subject);
    this.#latencySite = choices.site('latency', subject);
    this.#general = from === to ? loopback : general;
    this.#conditions = this.#general;
  }

  /** What the link does unless it is degraded. */
  setGeneral(general: LinkConditions): void {
    if (this.from === this.to) return;
    this.#general = general;
    this.#reckon();
  }

  degrade(conditions: NetworkConditions): () => void {
    withConditions(this.#general, conditions, 'degrade');
    if (this.from === this.to) return nothing;
    // A copy, so that the same conditions given twice are two degradations.
    const degradation = { ...conditions };
    this.#degradations.push(degradation);
    this.#reckon();
    return once(() => {
      this.#degradations.splice(this.#degradations.indexOf(degradation), 1);
      this.#reckon();
    });
  }

  cut(): () => void {
    if (this.from === this.to) return nothing;
    this.#cuts++;
    return once(() => {
      this.#cuts--;
    });
  }

  clog(): () => void {
    if (this.from === this.to) return nothing;
    this.#clogs++;
    return once(() => {
      this.#clogs--;
      if (this.#clogs === 0) this.#release();
    });
  }

  send(packet: Packet): void {
    const { trace, pool, packetsMax } = this.#surroundings;
    packet.link = this;
    trace.sent(packet, this.from, this.to);
    if (this.#cuts > 0) {
      trace.dropped(packet, 'cut');
    } else if (this.#lossSite.happens(this.#conditions.loss)) {
      trace.dropped(packet, 'loss');
    } else if (this.#underWay >= packetsMax) {
      trace.dropped(packet, 'link-full');
    } else {
      const twice = this.#duplicationSite.happens(this.#conditions.duplication);
      this.#dispatch(packet);
      if (twice && this.#underWay < packetsMax) {
        const copy = pool.copy(packet);
        copy.link = this;
        this.#dispatch(copy);
      }
    }
  }

  /** Called by the packet when its time has come. */
  arrive(packet: Packet): void {
    if (this.#clogs > 0) {
      this.#held.push(packet);
      return;
    }
    this.#underWay--;
    if (this.#cuts > 0) this.#surroundings.trace.dropped(packet, 'cut');
    else this.#destination.receive(packet, this.from);
  }

  #dispatch(packet: Packet): void {
    this.#underWay++;
    if (this.#clogs > 0) {
      this.#held.push(packet);
      return;
    }
    const { timers, trace } = this.#surroundings;
    const { reordering, holdBack } = this.#conditions;
    let due = this.#departure(packet, trace.clock.now()) + this.#latency();
    if (this.#reorderingSite.happens(reordering)) due += this.#reorderingSite.between(0, holdBack);
    timers.arm(packet, due);
  }

  /** Lets go what was held, in order: each with a latency of its own, but after its predecessor. */
  #release(): void {
    const { timers, trace } = this.#surroundings;
    const now = trace.clock.now();
    let due = now;
    for (const packet of this.#held) {
      due = Math.max(due + 1, this.#departure(packet, now) + this.#latency());
      timers.arm(packet, due);
    }
    this.#held.length = 0;
  }

  /** When the last byte of a packet sent now leaves: after those before it, as fast as the bandwidth allows. */
  #departure(packet: Packet, now: number): number {
    const { bandwidth } = this.#conditions;
    if (bandwidth === 0) return now;
    const begin = Math.max(now, this.#busyUntil);
    this.#busyUntil = begin + Math.ceil((sizeOf(packet) * 1_000_000) / bandwidth);
    return this.#busyUntil;
  }

  #latency(): number {
    const { latencyMin, latencyMax, heavyTailed } = this.#conditions;
    if (heavyTailed && this.#latencySite.below(20) === 0) {
      return this.#latencySite.between(latencyMax, 10 * latencyMax);
    }
    return this.#latencySite.between(latencyMin, latencyMax);
  }

  #reckon(): void {
    this.#conditions = this.#degradations.reduce<LinkConditions>(
      (conditions, degradation) => withConditions(conditions, degradation, 'degrade'),
      this.#general,
    );
    this.#busyUntil = 0;
  }
}

function nothing(): void {}

function once(undo: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    undo();
  };
}
