import type { Lease } from '@holdfast/coordination';
import type { Clock } from '@holdfast/core';
import { type Event, EventType } from '../../etcd/key-value.ts';

/** A lock that somebody was told to have, or an election won. */
export interface QueueHolding {
  /** Of the lock, or of the election. */
  readonly name: string;
  readonly key: string;
  /** A revision at which it was held. */
  readonly revision: number;
  /** It is held as long as its holder may believe in this, by the holder's own clock. */
  readonly lease: Lease;
  readonly clock: Clock;
  /** Whether the holder's process does. */
  readonly lives: () => boolean;
}

/** Who holds which lock, and leads in which election: one at a time, and nobody's place is taken away before it is given up. */
export class QueueHoldings {
  readonly #held = new Set<QueueHolding>();
  broken: string | undefined;

  /** It was granted. */
  holds(holding: QueueHolding): void {
    for (const other of this.#believed()) {
      if (other.name === holding.name) {
        this.broken ??= `${holding.key} is granted at ${holding.revision}, while ${other.key} is held since ${other.revision}`;
      }
    }
    this.#held.add(holding);
  }

  /** Its holder is about to give it up. */
  givesUp(holding: QueueHolding): void {
    this.#held.delete(holding);
  }

  /** The state of the member on `host` has changed so. */
  told(host: string, events: readonly Event[]): void {
    for (const { type, kv } of events) {
      if (type !== EventType.DELETE) continue;
      const key = Buffer.from(kv!.key).toString();
      const holding = this.#believed().find((other) => other.key === key && other.revision < kv!.modRevision);
      if (holding === undefined) continue;
      this.broken ??= `${host} deletes ${key} at ${kv!.modRevision}, which is held since ${holding.revision}`;
    }
  }

  #believed(): readonly QueueHolding[] {
    return [...this.#held].filter(({ clock, lease, lives }) => lives() && clock.now() < lease.validUntil);
  }
}
