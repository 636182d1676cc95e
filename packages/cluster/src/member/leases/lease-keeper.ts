import { Timer, type World } from '@holdfast/core';
import { LeaseCheckpointRequest, LeaseRevokeRequest } from '../../etcd/lease.ts';
import { type CommandKind, encodeCommand } from '../../state/command.ts';
import { LeaseClock } from '../../state/leases/lease-clock.ts';
import type { Lease, LeaseDirectory, LeaseListener } from '../../state/leases/lease-directory.ts';
import type { Applied } from '../../state/state-machine.ts';

export interface LeaseKeeperOptions {
  readonly world: World;
  /** A snapshot brings other leases. */
  readonly state: { readonly leases: LeaseDirectory };
  /** Proposes here, in this term, or not at all: another leader counts for itself. */
  readonly proposeHere: (command: Uint8Array) => Promise<Applied>;
  /** Resolves when a majority has confirmed that this member still leads. */
  readonly confirmLeading: () => Promise<void>;
  /** Microseconds between two notes of what a long lease has left. */
  readonly checkpointInterval: number;
}

/** Leases that are revoked at a time. */
const revocationsMax = 500;
const checkpointsMax = 1_000;
/** Microseconds until a revocation that failed is tried again. */
const retryAfter = 500_000;

/**
 * Keeps the time of all leases while this member leads. It revokes those that are over, by a command like any other, and
 * now and then notes what long ones have left, for the leader after it.
 *
 * A renewal has no place in the log. So before it is answered a majority confirms that this member leads still: a leader
 * that was deposed without knowing promises nothing that the next one does not keep.
 */
export class LeaseKeeper extends Timer implements LeaseListener {
  readonly #options: LeaseKeeperOptions;
  readonly #clock: LeaseClock;
  readonly #unlisten: () => void;
  #leading = false;

  constructor(options: LeaseKeeperOptions) {
    super();
    this.#options = options;
    this.#clock = new LeaseClock({ checkpointInterval: options.checkpointInterval });
    this.#unlisten = options.state.leases.listen(this);
  }

  /** This member leads, and has applied all that earlier leaders committed. */
  lead(): void {
    this.#leading = true;
    this.#clock.promote(this.#options.state.leases.all(), this.#now());
    this.#arm();
  }

  /** It leads no more. */
  follow(): void {
    if (!this.#leading) return;
    this.#leading = false;
    this.#clock.demote();
    this.#arm();
  }

  /** Gives a lease its full time again; its seconds, or 0 when there is none. */
  async renew(id: bigint): Promise<number> {
    await this.#options.confirmLeading();
    const { ttl, note } = this.#clock.renew(id, this.#now());
    this.#arm();
    if (note !== 0) {
      // The next leader would give it the time that was noted, not all of it.
      await this.#checkpoint([{ id, remainingTtl: 0 }]);
      this.#clock.takenBack(id, note);
    }
    return ttl;
  }

  /** Whole seconds that a lease has left; -1 when there is none, which only a leader that has begun to count can tell. */
  async timeLeft(id: bigint): Promise<number> {
    await this.#options.confirmLeading();
    return this.#clock.remaining(id, this.#now());
  }

  /** The same without asking anybody: what this member would say, as long as it leads. */
  countedDown(id: bigint): number {
    return this.#clock.remaining(id, this.#now());
  }

  stop(): void {
    this.follow();
    this.#unlisten();
  }

  granted(lease: Lease): void {
    if (!this.#leading) return;
    this.#clock.granted(lease, this.#now());
    this.#arm();
  }

  revoked(id: bigint): void {
    if (this.#leading) this.#clock.revoked(id);
  }

  checkpointed(): void {
    // The clock knows what it has noted itself.
  }

  replaced(): void {
    if (this.#leading) this.lead();
  }

  override fire(): void {
    if (!this.#leading) return;
    const now = this.#now();
    for (const id of this.#clock.expired(now, revocationsMax)) void this.#revoke(id);
    const checkpoints = this.#clock.checkpoints(now, checkpointsMax);
    if (checkpoints.length > 0) void this.#checkpoint(checkpoints).catch(() => undefined);
    this.#arm();
  }

  async #revoke(id: bigint): Promise<void> {
    try {
      await this.#propose('lease-expire', LeaseRevokeRequest.encode(LeaseRevokeRequest.create({ id })));
    } catch {
      if (!this.#leading) return;
      this.#clock.notRevoked(id, this.#now() + retryAfter);
      this.#arm();
    }
  }

  async #checkpoint(
    checkpoints: readonly { readonly id: bigint; readonly remainingTtl: number }[],
  ): Promise<void> {
    await this.#propose(
      'lease-checkpoint',
      LeaseCheckpointRequest.encode(LeaseCheckpointRequest.create({ checkpoints })),
    );
  }

  #propose(kind: CommandKind, payload: Uint8Array): Promise<Applied> {
    return this.#options.proposeHere(encodeCommand({ kind, payload }));
  }

  #arm(): void {
    const { timers } = this.#options.world;
    const { wakeAt } = this.#clock;
    if (wakeAt === Number.POSITIVE_INFINITY) timers.disarm(this);
    else if (!this.armed || this.due !== wakeAt) timers.arm(this, wakeAt);
  }

  #now(): number {
    return this.#options.world.clock.now();
  }
}
