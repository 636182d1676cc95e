import type { Lease } from '@holdfast/coordination';
import type { Clock } from '@holdfast/core';

/** The leases that clients hold: none is taken away as long as its holder may believe in it, by the holder's own clock. */
export class LeaseHoldings {
  readonly #held = new Map<
    string,
    { readonly lease: Lease; readonly clock: Clock; readonly lives: () => boolean }
  >();
  broken: string | undefined;

  /** `lives`: whether the holder's process does. */
  holds(lease: Lease, clock: Clock, lives: () => boolean): void {
    this.#held.set(lease.id, { lease, clock, lives });
  }

  /** Its holder is about to give it up. */
  givesUp({ id }: Lease): void {
    this.#held.delete(id);
  }

  /** A member has applied that it is over. */
  ended(host: string, id: string): void {
    const held = this.#held.get(id);
    if (held === undefined || !held.lives()) return;
    const now = held.clock.now();
    const { validUntil } = held.lease;
    if (now < validUntil)
      this.broken ??= `${host} ends lease ${id} at ${now}, which its holder has until ${validUntil}`;
  }
}
