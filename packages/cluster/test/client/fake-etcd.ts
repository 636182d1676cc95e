import { Timer, type World } from '@holdfast/core';
import * as etcd from '../../src/etcd/index.ts';
import { sessionPaths, sessionRefusals } from '../../src/session/session-messages.ts';

type Refusal = (typeof etcd.etcdRefusals)[keyof typeof etcd.etcdRefusals];

interface Change {
  readonly revision: number;
  readonly events: readonly etcd.Event[];
}

export interface FakeWatcher {
  readonly create: etcd.WatchCreateRequest;
  next: number;
  send(response: etcd.WatchResponse): void;
}

interface Numbered {
  readonly id: number;
  readonly sequence: number;
  readonly answeredBelow: number;
}

/** A small model of etcd, written for tests: the key space, leases, watches, tokens, and the native protocol's sessions. */
export class FakeEtcd {
  revision = 1;
  compactRevision = 0;
  /** What any client may be held to: all changes there ever were. */
  readonly history: Change[] = [];
  readonly watchers = new Set<FakeWatcher>();
  readonly leases = new Map<bigint, FakeLease>();
  readonly sessions = new Map<number, Map<number, unknown>>();
  /** Undefined: it asks nobody. */
  password: string | undefined;
  /** Tokens that it believes. */
  readonly tokens = new Set<string>();
  /** Events of one response; the rest comes as fragments. */
  fragmentMax = Number.POSITIVE_INFINITY;
  /** How many commands were applied. */
  applied = 0;
  /** It has no room: writes are refused before anybody looks whether they were applied. */
  full = false;
  readonly world: World;
  #keys = new Map<string, etcd.KeyValue>();
  #pending: etcd.Event[] = [];
  #ids = 0;

  constructor(world: World) {
    this.world = world;
  }

  /** One unary call. @throws EtcdError. */
  handle(path: string, request: unknown, session: Numbered | undefined): unknown {
    if (this.full && path === '/etcdserverpb.KV/Put') refuse(etcd.etcdRefusals.noSpace);
    if (session === undefined) return this.#perform(path, request);
    const answers = this.sessions.get(session.id);
    if (answers === undefined) throw new etcd.EtcdError(sessionRefusals.ended);
    for (const sequence of answers.keys()) if (sequence < session.answeredBelow) answers.delete(sequence);
    if (session.sequence < session.answeredBelow) throw new etcd.EtcdError(sessionRefusals.answered);
    if (!answers.has(session.sequence)) answers.set(session.sequence, this.#attempt(path, request));
    const answer = answers.get(session.sequence);
    if (answer instanceof etcd.EtcdError) throw answer;
    return answer;
  }

  /** A refusal is an answer too, that a repetition gets again. */
  #attempt(path: string, request: unknown): unknown {
    try {
      return this.#perform(path, request);
    } catch (error) {
      return error;
    }
  }

  checkToken(token: string | undefined): void {
    if (this.password === undefined || (token !== undefined && this.tokens.has(token))) return;
    refuse(token === undefined ? etcd.etcdRefusals.userEmpty : etcd.etcdRefusals.invalidAuthToken);
  }

  watch(create: etcd.WatchCreateRequest, send: FakeWatcher['send']): FakeWatcher {
    const next = create.startRevision > 0 ? create.startRevision : this.revision + 1;
    const watcher: FakeWatcher = { create, next, send };
    send(this.#watchResponse(create.watchId, { created: true }));
    this.watchers.add(watcher);
    this.#serve(watcher);
    return watcher;
  }

  /** Tells quiet watches how far they are, as etcd does from time to time. */
  notifyProgress(): void {
    for (const { create, send } of this.watchers) {
      if (create.progressNotify) send(this.#watchResponse(create.watchId, {}));
    }
  }

  keepAlive(id: bigint): etcd.LeaseKeepAliveResponse {
    const lease = this.leases.get(id);
    lease?.renew();
    return { header: this.#header(), id, ttl: lease?.ttl ?? 0 };
  }

  expire(id: bigint): void {
    const lease = this.leases.get(id);
    if (lease === undefined) return;
    lease.end();
    this.leases.delete(id);
    for (const kv of [...this.#keys.values()]) if (kv.lease === id) this.#delete(kv);
    this.#commit();
  }

  #perform(path: string, request: unknown): unknown {
    switch (path) {
      case '/etcdserverpb.KV/Range':
        return this.#range(request as etcd.RangeRequest);
      case '/etcdserverpb.KV/Put':
        return this.#change(() => this.#put(request as etcd.PutRequest));
      case '/etcdserverpb.KV/DeleteRange':
        return this.#change(() => this.#deleteRange(request as etcd.DeleteRangeRequest));
      case '/etcdserverpb.KV/Txn':
        return this.#change(() => this.#txn(request as etcd.TxnRequest));
      case '/etcdserverpb.KV/Compact':
        return this.#compact(request as etcd.CompactionRequest);
      case '/etcdserverpb.Lease/LeaseGrant': {
        const { ttl } = request as etcd.LeaseGrantRequest;
        const id = BigInt(++this.#ids) << 40n;
        this.leases.set(id, new FakeLease(this, id, ttl));
        return { header: this.#header(), id, ttl, error: '' };
      }
      case '/etcdserverpb.Lease/LeaseRevoke': {
        const { id } = request as etcd.LeaseRevokeRequest;
        if (!this.leases.has(id)) refuse(etcd.etcdRefusals.leaseNotFound);
        this.expire(id);
        return { header: this.#header() };
      }
      case '/etcdserverpb.Auth/Authenticate': {
        if (this.password === undefined) refuse(etcd.etcdRefusals.authNotEnabled);
        const { password } = request as etcd.AuthenticateRequest;
        if (password !== this.password) refuse(etcd.etcdRefusals.authFailed);
        const token = `token.${++this.#ids}`;
        this.tokens.add(token);
        return { header: this.#header(), token };
      }
      case sessionPaths.register: {
        const id = ++this.#ids;
        this.sessions.set(id, new Map());
        return { header: this.#header(), id, idleMax: 60_000_000, requestsMax: 4 };
      }
      case sessionPaths.keepAlive:
        return { header: this.#header(), alive: this.sessions.has((request as { id: number }).id) };
      case sessionPaths.close:
        this.sessions.delete((request as { id: number }).id);
        return { header: this.#header() };
      default:
        throw new etcd.EtcdError({ code: 12, message: `unknown method ${path}` });
    }
  }

  #change<Response>(perform: () => Response): Response {
    const response = perform();
    this.applied += 1;
    this.#commit();
    return { ...response, header: this.#header() };
  }

  #range({ key, rangeEnd, limit, revision }: etcd.RangeRequest): etcd.RangeResponse {
    if (revision > this.revision) refuse(etcd.etcdRefusals.futureRev);
    if (revision > 0 && revision < this.compactRevision) refuse(etcd.etcdRefusals.compacted);
    const keys = revision > 0 && revision < this.revision ? this.#stateAt(revision) : this.#keys;
    const found = [...keys.values()]
      .filter((kv) => within(kv.key, key, rangeEnd))
      .sort((a, b) => Buffer.compare(a.key, b.key));
    const kvs = limit > 0 ? found.slice(0, limit) : found;
    return { header: this.#header(), kvs, more: kvs.length < found.length, count: found.length };
  }

  #stateAt(revision: number): Map<string, etcd.KeyValue> {
    const keys = new Map<string, etcd.KeyValue>();
    for (const change of this.history) {
      if (change.revision > revision) break;
      for (const { type, kv } of change.events) {
        if (type === etcd.EventType.PUT) keys.set(named(kv!.key), kv!);
        else keys.delete(named(kv!.key));
      }
    }
    return keys;
  }

  #put({ key, value, lease }: etcd.PutRequest): etcd.PutResponse {
    if (lease !== 0n && !this.leases.has(lease)) refuse(etcd.etcdRefusals.leaseNotFound);
    const before = this.#keys.get(named(key));
    const revision = this.revision + 1;
    const kv: etcd.KeyValue = {
      key,
      value,
      lease,
      createRevision: before?.createRevision ?? revision,
      modRevision: revision,
      version: (before?.version ?? 0) + 1,
    };
    this.#keys.set(named(key), kv);
    this.#pending.push({ type: etcd.EventType.PUT, kv, prevKv: before });
    return { header: undefined, prevKv: undefined };
  }

  #deleteRange({ key, rangeEnd }: etcd.DeleteRangeRequest): etcd.DeleteRangeResponse {
    const gone = [...this.#keys.values()].filter((kv) => within(kv.key, key, rangeEnd));
    for (const kv of gone) this.#delete(kv);
    return { header: undefined, deleted: gone.length, prevKvs: [] };
  }

  #delete(before: etcd.KeyValue): void {
    this.#keys.delete(named(before.key));
    const kv = etcd.KeyValue.create({ key: before.key, modRevision: this.revision + 1 });
    this.#pending.push({ type: etcd.EventType.DELETE, kv, prevKv: before });
  }

  #txn({ compare, success, failure }: etcd.TxnRequest): etcd.TxnResponse {
    const succeeded = compare.every((each) => this.#holds(each));
    const branch = succeeded ? success : failure;
    for (const { request } of branch) {
      if (request?.case === 'put' && request.value.lease !== 0n && !this.leases.has(request.value.lease)) {
        refuse(etcd.etcdRefusals.leaseNotFound);
      }
    }
    const responses = branch.map(({ request }): etcd.ResponseOp => {
      switch (request?.case) {
        case 'range':
          return { response: { case: 'range', value: this.#range(request.value) } };
        case 'put':
          return { response: { case: 'put', value: this.#put(request.value) } };
        case 'deleteRange':
          return { response: { case: 'deleteRange', value: this.#deleteRange(request.value) } };
        default:
          return { response: undefined };
      }
    });
    return { header: undefined, succeeded, responses };
  }

  #holds({ key, result, target, targetUnion }: etcd.Compare): boolean {
    const kv = this.#keys.get(named(key));
    if (target === etcd.CompareTarget.VALUE) {
      if (kv === undefined || targetUnion?.case !== 'value') return false;
      return compares(Buffer.compare(kv.value, targetUnion.value), result);
    }
    const actual =
      target === etcd.CompareTarget.VERSION
        ? kv?.version
        : target === etcd.CompareTarget.CREATE
          ? kv?.createRevision
          : kv?.modRevision;
    return compares((actual ?? 0) - Number(targetUnion?.value ?? 0), result);
  }

  #compact({ revision }: etcd.CompactionRequest): etcd.CompactionResponse {
    if (revision <= this.compactRevision) refuse(etcd.etcdRefusals.compacted);
    if (revision > this.revision) refuse(etcd.etcdRefusals.futureRev);
    this.compactRevision = revision;
    return { header: this.#header() };
  }

  #commit(): void {
    if (this.#pending.length === 0) return;
    this.revision += 1;
    this.history.push({ revision: this.revision, events: this.#pending });
    this.#pending = [];
    for (const watcher of [...this.watchers]) this.#serve(watcher);
  }

  #serve(watcher: FakeWatcher): void {
    const { create, send } = watcher;
    if (watcher.next < this.compactRevision) {
      this.watchers.delete(watcher);
      const compactRevision = this.compactRevision;
      send(this.#watchResponse(create.watchId, { canceled: true, compactRevision }));
      return;
    }
    const events = this.history
      .filter(({ revision }) => revision >= watcher.next)
      .flatMap((change) => change.events)
      // As etcd 3.4 does it: a compaction of a revision takes its deletions with it.
      .filter(({ type, kv }) => type === etcd.EventType.PUT || kv!.modRevision > this.compactRevision)
      .filter(({ kv }) => within(kv!.key, create.key, create.rangeEnd))
      .map((event) => (create.prevKv ? event : { ...event, prevKv: undefined }));
    watcher.next = Math.max(watcher.next, this.revision + 1);
    for (let at = 0; at < events.length; at += this.fragmentMax) {
      const fragment = at + this.fragmentMax < events.length;
      send(
        this.#watchResponse(create.watchId, { events: events.slice(at, at + this.fragmentMax), fragment }),
      );
      if (!Number.isFinite(this.fragmentMax)) break;
    }
  }

  #watchResponse(watchId: bigint, fields: Partial<etcd.WatchResponse>): etcd.WatchResponse {
    return etcd.WatchResponse.create({ header: this.#header(), watchId, ...fields });
  }

  #header(): etcd.ResponseHeader {
    return { clusterId: 1n, memberId: 1n, revision: this.revision, raftTerm: 1 };
  }
}

class FakeLease extends Timer {
  readonly ttl: number;
  readonly #id: bigint;
  readonly #server: FakeEtcd;

  constructor(server: FakeEtcd, id: bigint, ttl: number) {
    super();
    this.#server = server;
    this.#id = id;
    this.ttl = ttl;
    this.renew();
  }

  renew(): void {
    const { timers, clock } = this.#server.world;
    timers.arm(this, clock.now() + this.ttl * 1_000_000);
  }

  end(): void {
    this.#server.world.timers.disarm(this);
  }

  override fire(): void {
    this.#server.expire(this.#id);
  }
}

function refuse(refusal: Refusal): never {
  throw new etcd.EtcdError(refusal);
}

function named(key: Uint8Array): string {
  return Buffer.from(key).toString('latin1');
}

function within(key: Uint8Array, begin: Uint8Array, end: Uint8Array): boolean {
  if (end.length === 0) return Buffer.compare(key, begin) === 0;
  if (Buffer.compare(key, begin) < 0) return false;
  return (end.length === 1 && end[0] === 0) || Buffer.compare(key, end) < 0;
}

function compares(difference: number, result: number): boolean {
  switch (result) {
    case etcd.CompareResult.EQUAL:
      return difference === 0;
    case etcd.CompareResult.GREATER:
      return difference > 0;
    case etcd.CompareResult.LESS:
      return difference < 0;
    default:
      return difference !== 0;
  }
}
