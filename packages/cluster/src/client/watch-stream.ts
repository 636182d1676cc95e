import type { World } from '@holdfast/core';
import { etcdRefusals, GrpcCode } from '../etcd/etcd-errors.ts';
import { WatchRequest, WatchResponse } from '../etcd/watch.ts';
import type { EtcdRefusal } from '../state/state-machine.ts';
import type { Authentication } from './authentication.ts';
import type { ClientWatch } from './client-watch.ts';
import type { EndpointPool } from './endpoint-pool.ts';
import { errorFromStatus } from './error-from-status.ts';
import { KeptStream } from './kept-stream.ts';

const refusals: ReadonlyMap<string, EtcdRefusal> = new Map(
  Object.values(etcdRefusals).map((refusal) => [refusal.message, refusal]),
);

/** The refusal in the reason for which a watch was ended: etcd writes some of them as its errors print themselves. */
function refusalIn(cancelReason: string): EtcdRefusal {
  const message = cancelReason.replace(/^rpc error: code = \w+ desc = /, '');
  return refusals.get(message) ?? { code: GrpcCode.Unknown, message: message || 'the store ended the watch' };
}

/**
 * All watches of a client on one stream. Each has a number of its own for each time that it is asked for, so that what
 * was still on its way to an earlier one is not taken for the later's.
 */
export class WatchStream {
  readonly #authentication: Authentication;
  readonly #stream: KeptStream<WatchRequest, WatchResponse>;
  readonly #watches = new Set<ClientWatch>();
  readonly #numbered = new Map<bigint, ClientWatch>();
  #lastId = 0n;
  #open = false;

  constructor(world: World, pool: EndpointPool, authentication: Authentication) {
    this.#authentication = authentication;
    this.#stream = new KeptStream({
      world,
      pool,
      authentication,
      path: '/etcdserverpb.Watch/Watch',
      requestType: WatchRequest,
      responseType: WatchResponse,
      opened: () => this.#opened(),
      message: (response) => this.#message(response),
      refused: (error) => {
        for (const watch of [...this.#watches]) watch.fail(error);
      },
    });
  }

  add(watch: ClientWatch): void {
    this.#watches.add(watch);
    if (this.#stream.running && this.#open) this.#create(watch);
    else this.#stream.start();
  }

  /** It has room for more. */
  resume(watch: ClientWatch): void {
    if (this.#watches.has(watch) && watch.id === undefined && this.#open) this.#create(watch);
  }

  remove(watch: ClientWatch): void {
    if (!this.#watches.delete(watch)) return;
    this.#cancel(watch);
    if (this.#watches.size > 0) return;
    this.#open = false;
    this.#stream.stop();
  }

  close(error: unknown): void {
    for (const watch of [...this.#watches]) watch.fail(error);
  }

  #opened(): void {
    this.#open = true;
    this.#numbered.clear();
    for (const watch of this.#watches) {
      watch.detach();
      if (!watch.full) this.#create(watch);
    }
  }

  #create(watch: ClientWatch): void {
    const id = ++this.#lastId;
    this.#numbered.set(id, watch);
    this.#stream.send({ request: { case: 'create', value: watch.createRequest(id) } });
  }

  #cancel(watch: ClientWatch): void {
    if (watch.id === undefined) return;
    this.#numbered.delete(watch.id);
    this.#stream.send({ request: { case: 'cancel', value: { watchId: watch.id } } });
    watch.detach();
  }

  #message(response: WatchResponse): void {
    const watch = this.#numbered.get(response.watchId) ?? this.#refusedUnnumbered(response);
    if (watch === undefined) return;
    if (response.canceled) {
      this.#ended(watch, response);
      return;
    }
    if (response.created) watch.created(response.header?.revision ?? 0);
    if (response.events.length > 0 || !response.created) watch.told(response);
    // Before anything is taken, which may make room and ask for it again.
    if (watch.full) this.#cancel(watch);
    watch.open.wake();
  }

  #ended(watch: ClientWatch, { compactRevision, cancelReason }: WatchResponse): void {
    if (watch.id !== undefined) this.#numbered.delete(watch.id);
    watch.detach();
    if (compactRevision > 0) {
      watch.compacted(compactRevision);
      if (!watch.full) this.#create(watch);
      watch.open.wake();
      return;
    }
    const error = errorFromStatus(refusalIn(cancelReason));
    if (error.code === 'PERMISSION_DENIED' && this.#authentication.active && !watch.wasDenied) {
      // etcd 3.4 says the same where it does not know the token: that is seen with a new one.
      watch.wasDenied = true;
      this.#stream.drop(errorFromStatus(etcdRefusals.invalidAuthToken));
    } else if (error.code === 'ENDPOINT_UNAVAILABLE' || error.code === 'UNAUTHENTICATED') {
      // The member serves none of them any more, or does not know who asks.
      this.#stream.drop(error);
    } else watch.fail(error);
  }

  /** etcd refuses some watches under the number -1: it answers in order, so that it is the oldest that has no answer. */
  #refusedUnnumbered({ watchId, created, canceled }: WatchResponse): ClientWatch | undefined {
    if (watchId !== -1n || !created || !canceled) return undefined;
    for (const watch of this.#numbered.values()) if (!watch.isCreated) return watch;
    return undefined;
  }
}
