import { throwIfAborted } from '@holdfast/core';
import {
  Compare,
  CompareResult,
  CompareTarget,
  EtcdError,
  EventType,
  GrpcCode,
  type KeyValue,
  PutRequest,
  RangeRequest,
  type RequestOp,
  type ResponseHeader,
  type ResponseOp,
  SortOrder,
  SortTarget,
} from '../../etcd/index.ts';
import type { Call } from '../call.ts';
import type { LocalServices } from './local-services.ts';

/** A place in a queue: a key that goes with a lease, and is gone when the place is. */
export interface Place {
  readonly prefix: Uint8Array;
  readonly key: Uint8Array;
  readonly lease: bigint;
  /** Where it stands in the queue: places are in the order in which their keys were created. */
  readonly createRevision: number;
  /** What the place's key held before; undefined when it was created just now. */
  readonly earlierValue: Uint8Array | undefined;
  readonly inFront: boolean;
  /** Of the transaction that joined. */
  readonly header: ResponseHeader;
}

/** Seconds, of a lease that nobody brought. Nobody renews it. */
const leaseTtl = 60;
const neverAborted: AbortSignal = new AbortController().signal;

/**
 * Queues in the key space: what etcd's `clientv3/concurrency` makes of keys `name/lease` for locks and elections, so that
 * its clients and ours can stand in one queue. Each watches the one before it alone: when a place is left, only the next
 * one wakes.
 */
export class LeaseQueue {
  readonly #services: LocalServices;

  constructor(services: LocalServices) {
    this.#services = services;
  }

  /** Takes a place, or finds the one that the lease has already. Lease 0 is a new one. */
  async join(name: Uint8Array, lease: bigint, value: Uint8Array, call: Call): Promise<Place> {
    const own = lease === 0n ? (await this.#services.grantLease({ ttl: leaseTtl }, call)).id : lease;
    const prefix = prefixOf(name);
    const key = concat(prefix, Buffer.from(own.toString(16)));
    const front = rangeOp({ ...firstIn(prefix), keysOnly: true });
    const { header, succeeded, responses } = await this.#services.txn(
      {
        compare: [createRevisionIs(key, 0)],
        success: [{ request: { case: 'put', value: PutRequest.create({ key, value, lease: own }) } }, front],
        failure: [rangeOp({ key }), front],
      },
      call,
    );
    const before = succeeded ? undefined : kvsOf(responses[0])[0]!;
    const [first] = kvsOf(responses[1]);
    const createRevision = before?.createRevision ?? header!.revision;
    return {
      prefix,
      key,
      lease: own,
      createRevision,
      earlierValue: before?.value,
      inFront: first === undefined || first.createRevision === createRevision,
      header: header!,
    };
  }

  /**
   * Resolves when everyone before it has gone, with the header of the answer that said so. Where it ends otherwise, the
   * place is given up, unless it was there before.
   *
   * @throws EtcdError when the place is lost because its lease is gone.
   */
  async wait(place: Place, call: Call): Promise<ResponseHeader> {
    try {
      if (place.inFront) return place.header;
      for (;;) {
        throwIfAborted(call.signal, 'waiting in a queue');
        const { header, previous } = await this.#look(place, call);
        if (previous === undefined) return header;
        await this.#untilDeleted([previous.key, place.key], header.revision + 1, call);
      }
    } catch (error) {
      if (place.earlierValue === undefined) await this.#giveUp(place, call).catch(leftToTheLease);
      throw error;
    }
  }

  /**
   * Leaves the place of a call that nobody waits for any more, as long as somebody is before it. Once nobody is, the place
   * stays: whoever has lost the call may have asked another member with the same lease, and have been told that it is in
   * front.
   */
  async #giveUp(place: Place, call: Call): Promise<void> {
    const own = { ...call, signal: neverAborted };
    for (;;) {
      const { previous } = await this.#look(place, own);
      if (previous === undefined) return;
      const compare = [
        createRevisionIs(place.key, place.createRevision),
        createRevisionIs(previous.key, previous.createRevision),
      ];
      const { succeeded } = await this.#services.txn({ compare, success: [deleteOp(place.key)] }, own);
      if (succeeded) return;
    }
  }

  /** Gives the place up; also for a caller that is gone. A key that has taken its place since stays. */
  async leave(
    { key, createRevision }: Pick<Place, 'key' | 'createRevision'>,
    call: Call,
  ): Promise<ResponseHeader> {
    const { header } = await this.#services.txn(
      {
        compare: [createRevisionIs(key, createRevision)],
        success: [deleteOp(key)],
      },
      { ...call, signal: neverAborted },
    );
    return header!;
  }

  /** Whom the place waits for, if anyone. */
  async #look(
    { prefix, key, createRevision }: Place,
    call: Call,
  ): Promise<{ header: ResponseHeader; previous: KeyValue | undefined }> {
    const previous = rangeOp({
      ...rangeOfPrefix(prefix),
      sortTarget: SortTarget.CREATE,
      sortOrder: SortOrder.DESCEND,
      maxCreateRevision: createRevision - 1,
      limit: 1,
      keysOnly: true,
    });
    const { header, responses } = await this.#services.txn(
      { success: [rangeOp({ key, keysOnly: true }), previous] },
      call,
    );
    if (kvsOf(responses[0])[0]?.createRevision !== createRevision) {
      // As `concurrency.ErrSessionExpired` of etcd 3.5; 3.4 does not notice, and hands out a lock that nobody holds.
      throw new EtcdError({ code: GrpcCode.Unknown, message: 'mutex: session is expired' });
    }
    return { header: header!, previous: kvsOf(responses[1])[0] };
  }

  /** Until one of the keys is deleted, or it is worth another look for other reasons. */
  async #untilDeleted(keys: readonly Uint8Array[], startRevision: number, call: Call): Promise<void> {
    const watched = keys.map((key) => ({ key, startRevision }));
    for await (const { events } of this.#services.watch(watched, call)) {
      if (events.some(({ type }) => type === EventType.DELETE)) return;
    }
  }
}

/** The place goes with its lease. */
function leftToTheLease(): void {}

export function prefixOf(name: Uint8Array): Uint8Array {
  return concat(name, Buffer.from('/'));
}

/** All keys that begin with a prefix made by {@link prefixOf}. */
export function rangeOfPrefix(prefix: Uint8Array): Pick<RangeRequest, 'key' | 'rangeEnd'> {
  const rangeEnd = Uint8Array.from(prefix);
  rangeEnd[rangeEnd.length - 1]!++;
  return { key: prefix, rangeEnd };
}

/** The key of a queue that was created first. */
export function firstIn(prefix: Uint8Array): Partial<RangeRequest> {
  return {
    ...rangeOfPrefix(prefix),
    sortTarget: SortTarget.CREATE,
    sortOrder: SortOrder.ASCEND,
    limit: 1,
  };
}

/** The condition that the key was created at this revision; 0: that it is not there. */
export function createRevisionIs(key: Uint8Array, createRevision: number): Compare {
  return Compare.create({
    key,
    target: CompareTarget.CREATE,
    result: CompareResult.EQUAL,
    targetUnion: { case: 'createRevision', value: createRevision },
  });
}

function rangeOp(fields: Partial<RangeRequest>): RequestOp {
  return { request: { case: 'range', value: RangeRequest.create(fields) } };
}

function deleteOp(key: Uint8Array): RequestOp {
  return { request: { case: 'deleteRange', value: { key, rangeEnd: new Uint8Array(0), prevKv: false } } };
}

function kvsOf(operation: ResponseOp | undefined): readonly KeyValue[] {
  return operation?.response?.case === 'range' ? operation.response.value.kvs : [];
}

function concat(one: Uint8Array, other: Uint8Array): Uint8Array {
  return Buffer.concat([one, other]);
}
