import { etcdRefusals } from '../../src/etcd/etcd-errors.ts';
import type { Event, KeyValue } from '../../src/etcd/key-value.ts';
import type {
  Compare,
  DeleteRangeRequest,
  DeleteRangeResponse,
  PutRequest,
  PutResponse,
  RangeRequest,
  RangeResponse,
  RequestOp,
  TxnRequest,
  TxnResponse,
} from '../../src/etcd/kv.ts';
import type { Result } from '../../src/state/requests/result.ts';
import type { EtcdRefusal } from '../../src/state/state-machine.ts';

export const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');
export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

interface Change {
  readonly revision: number;
  readonly key: string;
  /** Undefined for a deletion. */
  readonly kv: KeyValue | undefined;
  readonly before: KeyValue | undefined;
}

const header = (revision: number) => ({ clusterId: 0n, memberId: 0n, revision, raftTerm: 0 });

/** What etcd 3.4 does with keys and leases, written down as plainly as can be: every change ever, and maps made of them. */
export class NaiveStore {
  revision = 1;
  compacted = -1;
  changes: Change[] = [];
  leases: Map<bigint, { ttl: number; remaining: number }> = new Map();
  /** Within a transaction: whether it has changed anything. */
  private dirty = false;

  clone(): NaiveStore {
    const copy = new NaiveStore();
    copy.revision = this.revision;
    copy.compacted = this.compacted;
    copy.changes = [...this.changes];
    copy.leases = new Map(this.leases);
    return copy;
  }

  at(revision: number): Map<string, KeyValue> {
    const keys = new Map<string, KeyValue>();
    for (const { revision: changed, key, kv } of this.changes) {
      if (changed > revision) break;
      if (kv === undefined) keys.delete(key);
      else keys.set(key, kv);
    }
    return new Map([...keys].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  put(request: PutRequest): Result<PutResponse> {
    // Outside of a transaction, etcd asks for the lease first.
    const refusal = this.checkLease(request) ?? this.checkPut(request);
    if (refusal !== undefined) return { refusal };
    return { response: this.transact(() => this.doPut(request)) };
  }

  deleteRange(request: DeleteRangeRequest): Result<DeleteRangeResponse> {
    return { response: this.transact(() => this.doDelete(request)) };
  }

  range(request: RangeRequest): Result<RangeResponse> {
    const refusal = this.checkRange(request);
    return refusal === undefined ? { response: this.doRange(request) } : { refusal };
  }

  txn(request: TxnRequest): Result<TxnResponse> {
    const chosen = new Map<TxnRequest, boolean>();
    this.choose(request, chosen);
    const operations = this.chosenOperations(request, chosen);
    for (const { request: one } of operations) {
      const refusal = one?.case === 'put' ? this.checkPut(one.value) : undefined;
      if (refusal !== undefined) return { refusal };
    }
    for (const { request: one } of operations) {
      const refusal = one?.case === 'range' ? this.checkRange(one.value) : undefined;
      if (refusal !== undefined) return { refusal };
    }
    const response = this.transact(() => this.doTxn(request, chosen));
    return { response: { ...response, header: header(this.revision) } };
  }

  compact(revision: number): Result<object> {
    if (revision <= this.compacted) return { refusal: etcdRefusals.compacted };
    if (revision > this.revision) return { refusal: etcdRefusals.futureRev };
    this.compacted = revision;
    return { response: { header: header(this.revision) } };
  }

  grant(id: bigint, ttl: number): Result<object> {
    if (id === 0n) return { refusal: etcdRefusals.leaseNotFound };
    if (ttl > 9_000_000_000) return { refusal: etcdRefusals.leaseTtlTooLarge };
    if (this.leases.has(id)) return { refusal: etcdRefusals.leaseExist };
    this.leases.set(id, { ttl, remaining: 0 });
    return { response: { header: header(this.revision), id, ttl, error: '' } };
  }

  revoke(id: bigint): Result<object> {
    if (!this.leases.has(id)) return { refusal: etcdRefusals.leaseNotFound };
    this.leases.delete(id);
    this.transact(() => {
      for (const key of this.leaseKeys(id)) this.remove(key);
    });
    return { response: { header: header(this.revision) } };
  }

  leaseKeys(id: bigint): string[] {
    return [...this.at(this.revision)].filter(([, kv]) => kv.lease === id).map(([key]) => key);
  }

  /** Of all versions that can be read. */
  bytesInUse(): number {
    let bytes = this.leases.size * 64;
    this.changes.forEach(({ key, kv }, place) => {
      const superseded = this.changes.slice(place + 1).find((later) => later.key === key);
      const isReadable = superseded === undefined || superseded.revision > this.compacted;
      if (kv !== undefined && isReadable) bytes += 80 + key.length + kv.value.length;
    });
    return bytes;
  }

  /** The events that someone gets who watches a range from `start` on, and what is compacted is still there. */
  events(key: string, rangeEnd: string, start: number): Event[] {
    return this.changes
      .filter((change) => change.revision >= start && isWithin(change.key, key, rangeEnd))
      .map(({ revision, key: changed, kv, before }) => ({
        type: kv === undefined ? 1 : 0,
        kv: kv ?? absent(changed, revision),
        prevKv: before,
      }));
  }

  private transact<Response>(act: () => Response): Response {
    this.dirty = false;
    const response = act();
    if (this.dirty) this.revision++;
    this.dirty = false;
    return response;
  }

  private checkPut(request: PutRequest): EtcdRefusal | undefined {
    const exists = this.at(this.revision).has(textOf(request.key));
    if ((request.ignoreValue || request.ignoreLease) && !exists) return etcdRefusals.keyNotFound;
    return this.checkLease(request);
  }

  private checkLease({ lease }: PutRequest): EtcdRefusal | undefined {
    return lease !== 0n && !this.leases.has(lease) ? etcdRefusals.leaseNotFound : undefined;
  }

  private checkRange({ revision }: RangeRequest): EtcdRefusal | undefined {
    if (revision > this.revision) return etcdRefusals.futureRev;
    return revision > 0 && revision < this.compacted ? etcdRefusals.compacted : undefined;
  }

  private doPut(request: PutRequest): PutResponse {
    const key = textOf(request.key);
    const before = this.at(this.revision + 1).get(key);
    const kv: KeyValue = {
      key: request.key,
      value: request.ignoreValue ? before!.value : request.value,
      lease: request.ignoreLease ? before!.lease : request.lease,
      createRevision: before?.createRevision ?? this.revision + 1,
      modRevision: this.revision + 1,
      version: (before?.version ?? 0) + 1,
    };
    this.changes.push({ revision: this.revision + 1, key, kv, before });
    this.dirty = true;
    return { header: header(this.revision + 1), prevKv: request.prevKv ? before : undefined };
  }

  private doDelete(request: DeleteRangeRequest): DeleteRangeResponse {
    const doomed = [...this.at(this.revision + 1)].filter(([key]) =>
      isWithin(key, textOf(request.key), textOf(request.rangeEnd)),
    );
    for (const [key] of doomed) this.remove(key);
    return {
      header: header(this.dirty ? this.revision + 1 : this.revision),
      deleted: doomed.length,
      prevKvs: request.prevKv ? doomed.map(([, kv]) => kv) : [],
    };
  }

  private remove(key: string): void {
    const before = this.at(this.revision + 1).get(key);
    this.changes.push({ revision: this.revision + 1, key, kv: undefined, before });
    this.dirty = true;
  }

  private doRange(request: RangeRequest): RangeResponse {
    const now = this.dirty ? this.revision + 1 : this.revision;
    const all = [...this.at(request.revision > 0 ? request.revision : now)]
      .filter(([key]) => isWithin(key, textOf(request.key), textOf(request.rangeEnd)))
      .map(([, kv]) => kv);
    const count = all.length;
    if (request.countOnly) return { header: header(now), kvs: [], more: false, count };
    let kvs = all.filter(
      (kv) =>
        (request.minModRevision === 0 || kv.modRevision >= request.minModRevision) &&
        (request.maxModRevision === 0 || kv.modRevision <= request.maxModRevision) &&
        (request.minCreateRevision === 0 || kv.createRevision >= request.minCreateRevision) &&
        (request.maxCreateRevision === 0 || kv.createRevision <= request.maxCreateRevision),
    );
    const sorting = [
      (kv: KeyValue) => textOf(kv.key),
      (kv: KeyValue) => kv.version,
      (kv: KeyValue) => kv.createRevision,
      (kv: KeyValue) => kv.modRevision,
      (kv: KeyValue) => textOf(kv.value),
    ][request.sortTarget]!;
    const sign = request.sortOrder === 2 ? -1 : 1;
    kvs.sort((one, other) => {
      const [here, there] = [sorting(one), sorting(other)];
      return here === there ? 0 : (here < there ? -1 : 1) * sign;
    });
    const more = request.limit > 0 && kvs.length > request.limit;
    if (more) kvs = kvs.slice(0, request.limit);
    if (request.keysOnly) kvs = kvs.map((kv) => ({ ...kv, value: bytesOf('') }));
    return { header: header(now), kvs, more, count };
  }

  private choose(request: TxnRequest, chosen: Map<TxnRequest, boolean>): void {
    const succeeded = request.compare.every((compare) => this.holds(compare));
    chosen.set(request, succeeded);
    for (const { request: one } of succeeded ? request.success : request.failure) {
      if (one?.case === 'txn') this.choose(one.value, chosen);
    }
  }

  private chosenOperations(request: TxnRequest, chosen: Map<TxnRequest, boolean>): RequestOp[] {
    return (chosen.get(request)! ? request.success : request.failure).flatMap((operation) =>
      operation.request?.case === 'txn'
        ? this.chosenOperations(operation.request.value, chosen)
        : [operation],
    );
  }

  private doTxn(request: TxnRequest, chosen: Map<TxnRequest, boolean>): TxnResponse {
    const succeeded = chosen.get(request)!;
    const responses = (succeeded ? request.success : request.failure).map(({ request: one }) => {
      switch (one?.case) {
        case 'range':
          return { response: { case: 'range' as const, value: this.doRange(one.value) } };
        case 'put':
          return { response: { case: 'put' as const, value: this.doPut(one.value) } };
        case 'deleteRange':
          return { response: { case: 'deleteRange' as const, value: this.doDelete(one.value) } };
        case 'txn':
          return { response: { case: 'txn' as const, value: this.doTxn(one.value, chosen) } };
        default:
          return { response: undefined };
      }
    });
    return { header: header(0), succeeded, responses };
  }

  private holds(compare: Compare): boolean {
    const found = [...this.at(this.revision)]
      .filter(([key]) => isWithin(key, textOf(compare.key), textOf(compare.rangeEnd)))
      .map(([, kv]) => kv);
    if (found.length > 0) return found.every((kv) => holdsFor(compare, kv));
    return compare.target !== 3 && holdsFor(compare, absent('', 0));
  }
}

function holdsFor({ target, targetUnion, result }: Compare, kv: KeyValue): boolean {
  const [field, left] = (
    [
      ['version', kv.version],
      ['createRevision', kv.createRevision],
      ['modRevision', kv.modRevision],
      ['value', textOf(kv.value)],
      ['lease', kv.lease],
    ] as const
  )[target]!;
  const given = targetUnion?.case === field ? targetUnion.value : undefined;
  const zero = field === 'value' ? '' : field === 'lease' ? 0n : 0;
  const right = given instanceof Uint8Array ? textOf(given) : (given ?? zero);
  return [left === right, left > right, left < right, left !== right][result]!;
}

function isWithin(key: string, from: string, end: string): boolean {
  if (end === '') return key === from;
  return key >= from && (end === '\0' || key < end);
}

function absent(key: string, modRevision: number): KeyValue {
  return {
    key: bytesOf(key),
    createRevision: 0,
    modRevision,
    version: 0,
    value: bytesOf(''),
    lease: 0n,
  };
}
