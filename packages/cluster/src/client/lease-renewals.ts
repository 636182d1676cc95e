import { type AbortSubscriber, offAbort, onAbort, Timer, type World } from '@holdfast/core';
import { LeaseKeepAliveRequest, LeaseKeepAliveResponse } from '../etcd/lease.ts';
import type { Authentication } from './authentication.ts';
import type { EndpointPool } from './endpoint-pool.ts';
import { KeptStream } from './kept-stream.ts';

/**
 * Renews the leases of a client over one stream. An answer counts for the renewal under way, which began before the
 * stream was opened or after: so what breaks or answers late is dropped with its stream, never taken for a newer answer.
 */
export class LeaseRenewals {
  readonly #world: World;
  readonly #stream: KeptStream<LeaseKeepAliveRequest, LeaseKeepAliveResponse>;
  readonly #pending = new Map<bigint, Renewal>();
  #leases = 0;

  constructor(world: World, pool: EndpointPool, authentication: Authentication) {
    this.#world = world;
    this.#stream = new KeptStream({
      world,
      pool,
      authentication,
      path: '/etcdserverpb.Lease/LeaseKeepAlive',
      requestType: LeaseKeepAliveRequest,
      responseType: LeaseKeepAliveResponse,
      opened: () => {
        for (const id of this.#pending.keys()) this.#stream.send({ id });
      },
      message: ({ id, ttl }) => this.#pending.get(id)?.settle(ttl > 0 ? ttl * 1_000_000 : undefined),
      refused: (error) => {
        for (const renewal of [...this.#pending.values()]) renewal.fail(error);
      },
    });
  }

  /** A lease is held that will need renewals. */
  hold(): void {
    this.#leases += 1;
  }

  /** A lease is over. */
  release(): void {
    this.#leases -= 1;
    if (this.#leases === 0) this.#stream.stop();
  }

  /**
   * Renews lease `id` of `ttl` microseconds; resolves to what it has from now on, or undefined when there is none. An
   * endpoint that does not answer within a fifth of that is given up for another.
   */
  renew(id: bigint, ttl: number, signal: AbortSignal): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const renewal = new Renewal({
        world: this.#world,
        patience: Math.ceil(ttl / 5),
        signal,
        resolve,
        reject,
        silent: () => this.#stream.restart('a lease renewal had no answer in time'),
        over: () => this.#pending.delete(id),
      });
      this.#pending.set(id, renewal);
      renewal.begin();
      if (!this.#pending.has(id)) return;
      if (this.#stream.running) this.#stream.send({ id });
      else this.#stream.start();
    });
  }

  close(): void {
    this.#stream.stop();
  }
}

interface RenewalOptions {
  readonly world: World;
  /** Microseconds after which the endpoint counts as silent. */
  readonly patience: number;
  readonly signal: AbortSignal;
  resolve(ttl: number | undefined): void;
  reject(error: unknown): void;
  silent(): void;
  over(): void;
}

class Renewal extends Timer implements AbortSubscriber {
  abortSlot = -1;
  readonly #options: RenewalOptions;

  constructor(options: RenewalOptions) {
    super();
    this.#options = options;
  }

  begin(): void {
    this.#wait();
    onAbort(this.#options.signal, this);
  }

  override fire(): void {
    this.#wait();
    this.#options.silent();
  }

  onAbort(reason: unknown): void {
    this.fail(reason);
  }

  settle(ttl: number | undefined): void {
    this.#end();
    this.#options.resolve(ttl);
  }

  fail(error: unknown): void {
    this.#end();
    this.#options.reject(error);
  }

  #wait(): void {
    const { world, patience } = this.#options;
    world.timers.arm(this, world.clock.now() + patience);
  }

  #end(): void {
    const { world, signal, over } = this.#options;
    world.timers.disarm(this);
    offAbort(signal, this);
    over();
  }
}
