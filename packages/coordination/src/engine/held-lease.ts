import {
  type Clock,
  type HoldfastError,
  invalidArgument,
  Timer,
  type Timers,
  toAbortError,
  type World,
} from '@holdfast/core';
import { coordinationErrors } from '../errors.ts';
import type { CallOptions, Lease } from '../store/coordination-store.ts';

/** What an engine does for a lease that one of its clients holds. */
export interface LeaseKeeping {
  /**
   * Renews it. Resolves to the microseconds that it has from now on, or to undefined when the store has no such lease.
   * A rejection says nothing of the lease: it is tried again while there is time.
   */
  renew(signal: AbortSignal): Promise<number | undefined>;
  /** Has it removed from the store; resolves once it is gone, also if it was before. */
  revoke(options: CallOptions): Promise<void>;
  /** It is over, and is not kept any more. Called once. */
  ended(): void;
}

export interface HeldLeaseOptions {
  readonly world: Pick<World, 'clock' | 'timers'>;
  readonly id: string;
  /** Microseconds, as granted. */
  readonly ttl: number;
  /** When the request that granted it was about to be sent, in monotonic microseconds. */
  readonly askedAt: number;
  /** How far clocks may run fast or slow, in parts per million. Default 10,000: 1%. */
  readonly clockDriftMax?: number | undefined;
  readonly keeping: LeaseKeeping;
}

const clockDriftMaxDefault = 10_000;

/**
 * A lease as its holder sees it, for engines whose store lets leases expire. It is renewed when a third of its time is
 * over, and tried again after a twentieth where that fails. It counts as lost from a time on at which the store, whose
 * clock may run faster than ours, cannot have let it expire yet.
 */
export class HeldLease extends Timer implements Lease {
  readonly id: string;
  readonly ttl: number;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #clockDriftMax: number;
  readonly #keeping: LeaseKeeping;
  readonly #lost: AbortController = new AbortController();
  /** Ends the renewal under way when the lease is over. */
  #renewing: AbortController | undefined;
  #validUntil = 0;
  #renewAt = 0;
  #over = false;

  constructor({ world, id, ttl, askedAt, clockDriftMax, keeping }: HeldLeaseOptions) {
    super();
    this.id = id;
    this.ttl = ttl;
    this.#clock = world.clock;
    this.#timers = world.timers;
    this.#clockDriftMax = clockDriftMax ?? clockDriftMaxDefault;
    this.#keeping = keeping;
    this.#extend(askedAt, ttl);
  }

  /** Begins to keep it alive. */
  keep(): void {
    this.fire();
  }

  get validUntil(): number {
    return this.#validUntil;
  }

  get held(): boolean {
    this.#expireInTime();
    return !this.#over;
  }

  get lost(): AbortSignal {
    this.#expireInTime();
    return this.#lost.signal;
  }

  async revoke(options: CallOptions = {}): Promise<void> {
    this.lose('it was revoked by its holder');
    await this.#keeping.revoke(options);
  }

  /** Ends it because of what the engine knows. */
  lose(why: string, cause?: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#timers.disarm(this);
    const error = lost(this.id, why, cause);
    this.#renewing?.abort(toAbortError(error, 'renewing a lease'));
    this.#keeping.ended();
    this.#lost.abort(error);
  }

  override fire(): void {
    this.#expireInTime();
    if (this.#over) return;
    const now = this.#clock.now();
    if (this.#renewing === undefined && now >= this.#renewAt) void this.#renew(now);
    const waits = this.#renewing !== undefined;
    this.#timers.arm(this, waits ? this.#validUntil : Math.min(this.#renewAt, this.#validUntil));
  }

  async #renew(askedAt: number): Promise<void> {
    const renewing = new AbortController();
    this.#renewing = renewing;
    let ttl: number | undefined;
    try {
      ttl = await this.#keeping.renew(renewing.signal);
      if (ttl === undefined)
        this.lose('the store has no such lease: it expired, or somebody else revoked it');
      else this.#extend(askedAt, ttl);
    } catch {
      // The store may just be out of reach: if it stays so, the deadline tells.
      this.#renewAt = this.#clock.now() + Math.ceil(this.ttl / 20);
    }
    this.#renewing = undefined;
    if (!this.#over) this.fire();
  }

  #extend(askedAt: number, ttl: number): void {
    // An answer that comes when the lease may have been lost already does not bring it back: others may have looked.
    this.#expireInTime();
    this.#validUntil = Math.max(this.#validUntil, askedAt + this.#certain(ttl));
    this.#renewAt = askedAt + Math.ceil(ttl / 3);
  }

  /** How long of `ttl` is left for certain by a clock that runs slow, when the store's runs fast. */
  #certain(ttl: number): number {
    const drift = this.#clockDriftMax;
    return Math.floor((ttl * (1_000_000 - drift)) / (1_000_000 + drift));
  }

  #expireInTime(): void {
    if (this.#validUntil === 0 || this.#clock.now() < this.#validUntil) return;
    this.lose('it could not be renewed in time');
  }
}

/** The parts per million of `clockDriftMax`. @throws HoldfastError INVALID_ARGUMENT. */
export function checkClockDrift(clockDriftMax: number | undefined): number {
  const drift = clockDriftMax ?? clockDriftMaxDefault;
  if (Number.isSafeInteger(drift) && drift >= 0 && drift < 500_000) return drift;
  throw invalidArgument('clockDriftMax', clockDriftMax, 'a whole number of parts per million below 500,000');
}

function lost(id: string, why: string, cause: unknown): HoldfastError<'LEASE_LOST'> {
  return coordinationErrors.create('LEASE_LOST', {
    message: `lease ${id} is lost: ${why}; what hung on it may be gone, so stop what relies on it`,
    cause,
    context: { lease: id },
  });
}
