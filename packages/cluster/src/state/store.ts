import { etcdRefusals } from '../etcd/etcd-errors.ts';
import type { RangeRequest, RangeResponse, TxnRequest, TxnResponse } from '../etcd/kv.ts';
import { type AlarmMember, AlarmType } from '../etcd/maintenance.ts';
import { sessionRefusals } from '../session/session-messages.ts';
import { Applier } from './applier.ts';
import { type AuthState, openToAll } from './auth-state.ts';
import { type Command, type CommandSession, decodeCommand } from './command.ts';
import { Contents } from './contents.ts';
import type { KeySpace } from './keys/key-space.ts';
import { VersionHash } from './keys/version-hash.ts';
import type { LeaseDirectory, LeaseListener } from './leases/lease-directory.ts';
import type { Leases } from './leases/leases.ts';
import type { MemberDirectory } from './member-directory.ts';
import { OperationCounts } from './requests/operation-counts.ts';
import { Permissions } from './requests/permissions.ts';
import { checkRevision, readRange } from './requests/range.ts';
import type { Result } from './requests/result.ts';
import { applyTransaction } from './requests/transaction.ts';
import { answerOf, resultOf } from './sessions/answers.ts';
import type { SessionLimits } from './sessions/session-table.ts';
import { SnapshotReader } from './snapshot/snapshot-reader.ts';
import { SnapshotWriter } from './snapshot/snapshot-writer.ts';
import type { Applied, EtcdRefusal, StateMachine, StateRestore, StateSnapshot } from './state-machine.ts';
import { WatchHub } from './watch/watch-hub.ts';
import type { Watcher, WatchListener, WatchOptions } from './watch/watcher.ts';

/** All of it is the same on all members: it is part of the state machine. */
export interface StoreOptions {
  /** Bytes of versions and leases at which puts are refused; 0: no limit. Default 2 GiB. */
  readonly quota?: number;
  readonly sessions?: SessionLimits;
  /** Users and roles. Default: everything is permitted. */
  readonly auth?: AuthState;
}

/** The replicated state of an etcd-compatible store: commands in, reads and watches out. */
export class Store implements StateMachine {
  readonly auth: AuthState;
  readonly permissions: Permissions;
  onWork: (() => void) | undefined;
  /** Of keys, since this store was made: those that were restored with a snapshot do not count. */
  readonly operations: OperationCounts = new OperationCounts();
  readonly leases: LeaseDirectory;
  private readonly quotaBytes: number;
  private readonly sessionLimits: SessionLimits | undefined;
  private readonly leaseListeners: Set<LeaseListener> = new Set();
  private readonly watches: WatchHub;
  private readonly applier: Applier;
  private contents: Contents;

  constructor(options: StoreOptions = {}) {
    this.auth = options.auth ?? openToAll;
    this.quotaBytes = options.quota ?? 2 ** 31;
    this.sessionLimits = options.sessions;
    this.contents = new Contents(options.sessions, this.leaseListeners);
    this.permissions = new Permissions(this.auth, () => this.contents);
    this.applier = new Applier(
      this.auth,
      this.permissions,
      this.quotaBytes,
      this.operations,
      () => this.contents,
    );
    this.leases = this.leaseDirectory();
    this.watches = new WatchHub(this.keys, () => this.onWork?.());
  }

  get appliedIndex(): number {
    return this.contents.index;
  }

  /** The latest of the cluster's time that it was told. */
  get lastTime(): number {
    return this.contents.sessions.now;
  }

  get appliedTerm(): number {
    return this.contents.term;
  }

  get revision(): number {
    return this.keys.revision;
  }

  /** Revisions before it cannot be read; -1 before the first compaction. */
  get compactedRevision(): number {
    return this.keys.compactedRevision;
  }

  get quota(): number {
    return this.quotaBytes;
  }

  /** What counts against the quota: keys, values and a little more for each version that can be read; leases. */
  get bytesInUse(): number {
    return this.applier.bytesInUse;
  }

  /** Memory that keys and values take, counting what is compacted and not yet freed. */
  get bytesReserved(): number {
    return this.keys.arena.reservedBytes;
  }

  get keyCount(): number {
    return this.keys.index.liveCount;
  }

  get watcherCount(): number {
    return this.watches.count;
  }

  /** Watchers that have not got all yet: they catch up, or their clients do not read. */
  get slowWatcherCount(): number {
    return this.watches.slowCount;
  }

  /** Events that watchers have been sent. */
  get watchEventCount(): number {
    return this.watches.eventCount;
  }

  /** Is called when an entry that is applied raises an alarm, or clears it. */
  set onAlarm(listener: ((alarm: AlarmMember, raised: boolean) => void) | undefined) {
    this.applier.onAlarm = listener;
  }

  /** How long a session may be idle, in microseconds, and how many requests it may have under way. */
  get sessionBounds(): { readonly idleMax: number; readonly requestsMax: number } {
    return this.contents.sessions;
  }

  get sessionCount(): number {
    return this.contents.sessions.count;
  }

  apply(command: Uint8Array, index: number, term: number, time: number): Applied {
    const { keys } = this;
    this.skip(index, term);
    const before = keys.revision;
    const compacted = keys.compactedRevision;
    keys.begin();
    const applied = this.execute(decodeCommand(command), time);
    const { changes } = keys;
    keys.begin();
    if (keys.revision !== before) this.watches.notify(changes);
    if (keys.compactedRevision !== compacted) this.workOnGarbage();
    return applied;
  }

  /**
   * Makes it what another cluster begins with: its members, those that were, and their alarms are forgotten. Keys with
   * their history, leases, users and roles stay.
   */
  beginAnew(): void {
    this.contents.members.clear();
    this.contents.alarms.clear();
  }

  skip(index: number, term: number): void {
    this.contents.index = index;
    this.contents.term = term;
  }

  snapshot(): StateSnapshot {
    return new SnapshotWriter(this.contents, this.auth.save(), () => this.workOnGarbage());
  }

  restore(): StateRestore {
    const contents = new Contents(this.sessionLimits, this.leaseListeners);
    return new SnapshotReader(contents, (auth) => {
      // The only one that may refuse.
      this.auth.restore(auth);
      contents.members.succeed(this.contents.members);
      this.contents = contents;
      this.watches.moveTo(contents.keys);
      for (const listener of this.leaseListeners) listener.replaced();
    });
  }

  idle(micros: number, now: () => number): boolean {
    const until = now() + micros;
    for (;;) {
      const catching = this.watches.catchUp();
      const sweeping = this.keys.sweeper.sweep();
      if (!catching && !sweeping) return false;
      if (now() >= until) return true;
    }
  }

  /** What `RangeRequest` asks for; its `serializable` is the caller's concern. */
  range(request: RangeRequest): Result<RangeResponse> {
    const refusal = checkRevision(this.keys, request.revision);
    if (refusal !== undefined) return { refusal };
    this.operations.ranges++;
    return { response: readRange(this.keys, request) };
  }

  /** Serves a transaction that only reads (`isReadOnly`), which needs no place in the log. */
  readTxn(request: TxnRequest): Result<TxnResponse> {
    const result = applyTransaction(this.keys, this.contents.leases, request);
    if ('response' in result) this.operations.transaction(result.response);
    return result;
  }

  /**
   * Begins to count the hash of all versions up to `revision` (0: the present one) for Maintenance.HashKV; the caller
   * steps it, or releases it. Refused for a compacted or future one.
   */
  hash(revision: number): Result<VersionHash> {
    const refusal = checkRevision(this.keys, revision);
    if (refusal !== undefined) return { refusal };
    return { response: new VersionHash(this.keys, revision > 0 ? revision : this.keys.revision) };
  }

  /** Begins to watch. Events come from `apply`, and from `idle` as long as it is catching up; none before it returns. */
  watch(options: WatchOptions, listener: WatchListener): Watcher {
    return this.watches.watch(options, listener);
  }

  get members(): MemberDirectory {
    return this.contents.members;
  }

  alarms(type: number = AlarmType.NONE): readonly AlarmMember[] {
    return this.contents.alarms.list(type);
  }

  /**
   * Why a put, a transaction or a lease that costs so much (`costOfPut` and so on) is not even to be proposed. Whoever
   * sees noSpace, here or as the answer to a proposal, proposes the alarm NOSPACE unless it is raised.
   */
  checkRoom(cost: number): EtcdRefusal | undefined {
    return this.applier.checkRoom(cost);
  }

  private leaseDirectory(): LeaseDirectory {
    const now = (): Leases => this.contents.leases;
    return {
      get count() {
        return now().count;
      },
      get: (id) => now().get(id),
      all: () => now().all(),
      keyCountOf: (id) => now().keysOf(id).size,
      keysOf: (id) =>
        this.keys.index.tree.sorted(now().keysOf(id)).map((key) => this.keys.versions.keyBytes(key)),
      listen: (listener) => {
        this.leaseListeners.add(listener);
        return () => this.leaseListeners.delete(listener);
      },
    };
  }

  private get keys(): KeySpace {
    return this.contents.keys;
  }

  private workOnGarbage(): void {
    if (!this.keys.sweeper.isDone) this.onWork?.();
  }

  private execute(command: Command, time: number): Applied {
    const { session } = command;
    switch (command.kind) {
      case 'session-register':
        this.contents.sessions.register(this.contents.index, time);
        return this.applied({ response: { session: this.contents.index } });
      case 'session-keep-alive':
        return this.applied(
          this.contents.sessions.keepAlive(session?.id ?? 0, this.contents.index, time)
            ? { response: {} }
            : { refusal: sessionRefusals.ended },
        );
      case 'session-close':
        this.contents.sessions.close(session?.id ?? 0, time);
        return this.applied({ response: {} });
      default:
        return session === undefined
          ? this.applied(this.applier.apply(command))
          : this.changeOnce(command, session, time);
    }
  }

  private applied(result: Applied['result']): Applied {
    return { revision: this.keys.revision, result };
  }

  private changeOnce(command: Command, session: CommandSession, time: number): Applied {
    const outcome = this.contents.sessions.begin(
      session.id,
      session.sequence,
      session.answeredBelow,
      this.contents.index,
      time,
    );
    switch (outcome) {
      case 'ended':
        return this.applied({ refusal: sessionRefusals.ended });
      case 'answered':
        return this.applied({ refusal: sessionRefusals.answered });
      case 'too-many':
        return this.applied({ refusal: sessionRefusals.tooMany });
      case 'new':
        break;
      default:
        return { revision: outcome.revision, result: resultOf(outcome) };
    }
    const applied = this.applied(this.applier.apply(command));
    const { result } = applied;
    // Where users or roles have changed while it was on its way, its client asks again, under the same number.
    const isLast = !('refusal' in result && result.refusal === etcdRefusals.authOldRevision);
    if (isLast) this.contents.sessions.answer(session.sequence, answerOf(command.kind, applied));
    return applied;
  }
}
