import { type AbortSubscriber, offAbort, onAbort, Timer } from '@holdfast/core';
import { EtcdError, etcdRefusals } from '../etcd/etcd-errors.ts';
import type { ServiceParts } from './service-parts.ts';

/** Microseconds without a leader that a stream which requires one outlives: as much as an election may take. */
const leaderlessMax = 3_000_000;

/** Follows the leader on behalf of one stream, and ends the stream when there is none for too long. */
export class LeaderWatch extends Timer implements AbortSubscriber {
  /** Rejects with etcd's refusal when there is no leader. */
  readonly lost: Promise<never>;
  readonly #controller = new AbortController();
  readonly #world: ServiceParts['world'];
  readonly #unsubscribe: () => void;
  readonly #cancelled: AbortSignal;
  abortSlot = -1;
  #reject: (error: unknown) => void = () => {};

  constructor({ member, world }: Pick<ServiceParts, 'member' | 'world'>, cancelled: AbortSignal) {
    super();
    this.#world = world;
    this.#cancelled = cancelled;
    this.lost = new Promise((_, reject) => {
      this.#reject = reject;
    });
    // Whoever races with it may be done first.
    this.lost.catch(() => {});
    onAbort(cancelled, this);
    this.#unsubscribe = member.onLeaderChange((leader) => {
      if (leader !== undefined) world.timers.disarm(this);
      else if (!this.armed) world.timers.arm(this, world.clock.now() + leaderlessMax);
    });
  }

  /** Aborted when the call is, or the leader is lost. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  override fire(): void {
    const error = new EtcdError(etcdRefusals.noLeader);
    this.#reject(error);
    this.#controller.abort(error);
  }

  /** The call is cancelled. */
  onAbort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  end(): void {
    this.#unsubscribe();
    this.#world.timers.disarm(this);
    offAbort(this.#cancelled, this);
  }
}
