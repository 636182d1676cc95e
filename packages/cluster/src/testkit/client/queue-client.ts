import type { Lease } from '@holdfast/coordination';
import { anySignal, isHoldfastError, sleep, type World } from '@holdfast/core';
import type { ClusterClient } from '../../client/cluster-client.ts';
import { leaseId } from '../../client/entries.ts';
import type { ClientOperation } from '../scenario/cluster-operation.ts';
import { guardedKey, guardedValue } from '../watch/check-queues.ts';
import type { QueueHoldings } from '../watch/queue-holdings.ts';
import type { FrontPlace, QueueCalls } from './queue-calls.ts';

type Hold = Extract<ClientOperation, { readonly kind: 'hold' }>;

/** Milliseconds until it asks again, and between two writes of what it guards. */
const askAgainAfter = 20;
const writeEvery = 100;

/** Locks, and leads, as programs do it: with leases of the client, and what is guarded written on condition. */
export class QueueClient {
  readonly #world: World;
  readonly #store: ClusterClient;
  readonly #calls: QueueCalls;

  constructor(world: World, store: ClusterClient, calls: QueueCalls) {
    this.#world = world;
    this.#store = store;
    this.#calls = calls;
  }

  /** Waits for its turn, and holds it for a while. `lives`: whether its process does. */
  async hold(hold: Hold, holdings: QueueHoldings, lives: () => boolean): Promise<void> {
    const lease = await this.#store.grantLease(`${hold.ttl}s`).catch(unlessRefused);
    if (lease === undefined) return;
    const place = await this.#untilInFront(hold, lease);
    if (place !== undefined && lease.held) {
      const { name } = hold;
      const { clock } = this.#world;
      const { revision } = place;
      const holding = { name, key: Buffer.from(place.key).toString(), revision, lease, clock, lives };
      holdings.holds(holding);
      const token = await this.#use(hold, place, lease);
      holdings.givesUp(holding);
      await this.#leave(hold, place, token, lease);
    }
    await lease.revoke().catch(unlessRefused);
  }

  async #untilInFront({ what, name, patience }: Hold, lease: Lease): Promise<FrontPlace | undefined> {
    while (lease.held) {
      const patient = new AbortController();
      const either = anySignal([lease.lost, patient.signal]);
      if (patience > 0) void this.#abortAfter(patience, patient, either.signal);
      try {
        const id = leaseId(lease.id);
        if (what === 'lock') return await this.#calls.lock(name, id, either.signal);
        return await this.#calls.campaign(name, id, either.signal);
      } catch (error) {
        unlessRefused(error);
      } finally {
        either.dispose();
      }
      await sleep(askAgainAfter, { world: this.#world });
    }
    return undefined;
  }

  async #abortAfter(micros: number, patient: AbortController, signal: AbortSignal): Promise<void> {
    await sleep(`${micros}us`, { world: this.#world, signal }).catch(unlessRefused);
    patient.abort();
  }

  /** The revision that its place was created at, where it could find that out. */
  async #use(
    { what, name, for: length }: Hold,
    { key }: FrontPlace,
    lease: Lease,
  ): Promise<number | undefined> {
    const place = Buffer.from(key).toString();
    const end = this.#world.clock.now() + length;
    const entry = await this.#store.get(place).catch(unlessRefused);
    for (let number = 1; lease.held && this.#world.clock.now() < end; number++) {
      if (entry !== undefined) {
        const value = Buffer.from(guardedValue(place, entry.createRevision, number));
        if (what === 'lock') {
          await this.#store
            .transact({
              compare: [{ key: place, target: 'createRevision', is: '=', value: entry.createRevision }],
              then: [{ do: 'put', key: guardedKey(name), value }],
            })
            .catch(unlessRefused);
        } else await this.#calls.proclaim(leaderOf(name, key, entry.createRevision, lease), value);
      }
      await sleep(writeEvery, { world: this.#world });
    }
    return entry?.createRevision;
  }

  /** Or else it goes with the lease. */
  async #leave(
    { what, name }: Hold,
    { key }: FrontPlace,
    token: number | undefined,
    lease: Lease,
  ): Promise<void> {
    if (what === 'lock') await this.#calls.unlock(key);
    else if (token !== undefined) await this.#calls.resign(leaderOf(name, key, token, lease));
  }
}

function leaderOf(
  name: string,
  key: Uint8Array,
  rev: number,
  lease: Lease,
): Parameters<QueueCalls['resign']>[0] {
  return { name: Buffer.from(name), key, rev, lease: leaseId(lease.id) };
}

/** What a program makes do without. */
function unlessRefused(error: unknown): undefined {
  if (!isHoldfastError(error)) throw error;
}
