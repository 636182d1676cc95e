/**
 * What clients were promised of their leases: none is taken away before the time is over that its holder counts from when
 * it sent its last successful request.
 */
export class LeasePromises {
  /** How fast the clocks of members may run, in parts per million. */
  readonly #drift: number;
  readonly #promisedUntil = new Map<number, number>();
  broken: string | undefined;

  constructor(drift: number = 0) {
    this.#drift = drift;
  }

  /** A grant or a renewal that was sent at `sentAt` was answered. */
  promised(id: number, sentAt: number, ttl: number): void {
    const until = sentAt + Math.floor((ttl * 1e12) / (1_000_000 + this.#drift));
    this.#promisedUntil.set(id, Math.max(until, this.#promisedUntil.get(id) ?? 0));
  }

  /** A member has applied that it is over. */
  ended(host: string, id: number, now: number): void {
    const until = this.#promisedUntil.get(id);
    if (until !== undefined && now < until) {
      this.broken ??= `${host} ends lease ${id} at ${now}, which was promised until ${until}`;
    }
  }
}
