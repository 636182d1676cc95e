import { isHoldfastError } from '@holdfast/core';
import type { MessageType } from '@holdfast/transport/protobuf';
import { etcdRefusals } from '../etcd/etcd-errors.ts';
import {
  CompactionRequest,
  type CompactionResponse,
  DeleteRangeRequest,
  DeleteRangeResponse,
  PutRequest,
  PutResponse,
  type RangeRequest,
  type RangeResponse,
  TxnRequest,
  TxnResponse,
} from '../etcd/kv.ts';
import {
  LeaseCheckpointRequest,
  type LeaseCheckpointResponse,
  LeaseGrantRequest,
  LeaseGrantResponse,
  LeaseRevokeRequest,
  LeaseRevokeResponse,
} from '../etcd/lease.ts';
import {
  AlarmAction,
  type AlarmMember,
  AlarmRequest,
  AlarmResponse,
  AlarmType,
} from '../etcd/maintenance.ts';
import { Member } from '../etcd/membership.ts';
import { sessionRefusals } from '../session/session-messages.ts';
import { type AuthState, openToAll } from './auth-state.ts';
import { type Command, type CommandKind, type CommandSession, decodeCommand } from './command.ts';
import { Contents } from './contents.ts';
import type { KeySpace } from './keys/key-space.ts';
import { VersionHash } from './keys/version-hash.ts';
import type { LeaseDirectory, LeaseListener } from './leases/lease-directory.ts';
import type { Leases } from './leases/leases.ts';
import type { MemberDirectory } from './member-directory.ts';
import { costOfPut, costOfTxn, leaseCost } from './requests/cost.ts';
import { type Asking, Permissions } from './requests/permissions.ts';
import { checkRevision, readRange } from './requests/range.ts';
import type { Result } from './requests/result.ts';
import { revisionOnly } from './requests/revision-only.ts';
import { applyTransaction } from './requests/transaction.ts';
import { checkPut, deleteRange, put } from './requests/writes.ts';
import type { Answer, SessionLimits } from './sessions/session-table.ts';
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
  readonly leases: LeaseDirectory;
  private readonly quotaBytes: number;
  private readonly sessionLimits: SessionLimits | undefined;
  private readonly leaseListeners: Set<LeaseListener> = new Set();
  private readonly watches: WatchHub;
  private contents: Contents;

  constructor(options: StoreOptions = {}) {
    this.auth = options.auth ?? openToAll;
    this.quotaBytes = options.quota ?? 2 ** 31;
    this.sessionLimits = options.sessions;
    this.contents = new Contents(options.sessions, this.leaseListeners);
    this.permissions = new Permissions(this.auth, () => this.contents);
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
    return this.keys.bytesInUse + this.contents.leases.count * leaseCost;
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
    keys.begin();
    const applied = this.execute(decodeCommand(command), time);
    const { changes } = keys;
    keys.begin();
    if (keys.revision !== before) this.watches.notify(changes);
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
    return refusal === undefined ? { response: readRange(this.keys, request) } : { refusal };
  }

  /** Serves a transaction that only reads (`isReadOnly`), which needs no place in the log. */
  readTxn(request: TxnRequest): Result<TxnResponse> {
    return applyTransaction(this.keys, this.contents.leases, request);
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
    if (cost === 0) return undefined;
    if (this.contents.alarms.has(AlarmType.NOSPACE)) return etcdRefusals.noSpace;
    return this.quotaBytes > 0 && this.bytesInUse + cost > this.quotaBytes ? etcdRefusals.noSpace : undefined;
  }

  private leaseDirectory(): LeaseDirectory {
    const now = (): Leases => this.contents.leases;
    return {
      get count() {
        return now().count;
      },
      get: (id) => now().get(id),
      all: () => now().all(),
      keysOf: (id) => this.sortedLeaseKeys(id).map((key) => this.keys.versions.keyBytes(key)),
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
          ? this.applied(this.change(command))
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
    const applied = this.applied(this.change(command));
    this.contents.sessions.answer(session.sequence, answerOf(command.kind, applied));
    return applied;
  }

  private change(command: Command): Applied['result'] {
    try {
      return this.carryOut(command);
    } catch (error) {
      // The door lets no such command in; should one be in the log, it is refused everywhere alike.
      if (isHoldfastError(error) && error.code === 'MALFORMED_MESSAGE') return { refusal: malformed };
      throw error;
    }
  }

  private carryOut({ kind, auth, payload }: Command): Applied['result'] {
    switch (kind) {
      case 'put':
        return this.put(PutRequest.decode(payload), auth);
      case 'delete-range':
        return this.deleteRange(DeleteRangeRequest.decode(payload), auth);
      case 'txn':
        return this.txn(TxnRequest.decode(payload), auth);
      case 'compact':
        return this.compact(CompactionRequest.decode(payload));
      case 'lease-grant':
        return this.grantLease(LeaseGrantRequest.decode(payload));
      case 'lease-revoke':
        return this.revokeLease(LeaseRevokeRequest.decode(payload), auth);
      case 'lease-expire':
        return this.removeLease(LeaseRevokeRequest.decode(payload));
      case 'lease-checkpoint':
        return this.checkpointLeases(LeaseCheckpointRequest.decode(payload));
      case 'alarm':
        return this.alarm(AlarmRequest.decode(payload));
      case 'member-put': {
        const member = Member.decode(payload);
        if (this.contents.members.isRemoved(member.id)) return { refusal: etcdRefusals.memberNotFound };
        this.contents.members.put(member);
        return { response: member };
      }
      case 'member-remove':
        this.contents.members.remove(Member.decode(payload).id);
        return { response: {} };
      case 'member-attributes': {
        const { id, name, clientUrls } = Member.decode(payload);
        this.contents.members.describe(id, name, clientUrls);
        return { response: {} };
      }
      case 'auth':
        return this.auth.apply(payload, this.keys.revision, auth).result;
      default:
        return { refusal: malformed };
    }
  }

  private put(request: PutRequest, asking: Asking): Result<PutResponse> {
    const refusal =
      this.permissions.put(asking, request) ??
      this.checkHealth() ??
      this.checkRoom(costOfPut(request)) ??
      checkPut(this.keys, this.contents.leases, request);
    if (refusal !== undefined) return { refusal };
    this.keys.begin();
    const response = put(this.keys, request);
    this.keys.end();
    return { response };
  }

  private deleteRange(request: DeleteRangeRequest, asking: Asking): Result<DeleteRangeResponse> {
    const refusal = this.permissions.deleteRange(asking, request) ?? this.checkHealth();
    if (refusal !== undefined) return { refusal };
    this.keys.begin();
    const response = deleteRange(this.keys, request);
    this.keys.end();
    return { response };
  }

  private txn(request: TxnRequest, asking: Asking): Result<TxnResponse> {
    const refusal =
      this.permissions.txn(asking, request) ?? this.checkHealth() ?? this.checkRoom(costOfTxn(request));
    return refusal === undefined ? applyTransaction(this.keys, this.contents.leases, request) : { refusal };
  }

  private compact({ revision }: CompactionRequest): Result<CompactionResponse> {
    const refusal =
      this.checkHealth() ??
      (revision <= this.keys.compactedRevision ? etcdRefusals.compacted : undefined) ??
      (revision > this.keys.revision ? etcdRefusals.futureRev : undefined);
    if (refusal !== undefined) return { refusal };
    this.keys.compact(revision);
    this.onWork?.();
    return { response: { header: revisionOnly(this.keys.revision) } };
  }

  private grantLease({ id, ttl }: LeaseGrantRequest): Result<LeaseGrantResponse> {
    const refusal = this.checkHealth() ?? this.checkRoom(leaseCost) ?? this.contents.leases.grant(id, ttl);
    if (refusal !== undefined) return { refusal };
    return { response: { header: revisionOnly(this.keys.revision), id, ttl, error: '' } };
  }

  private revokeLease(request: LeaseRevokeRequest, asking: Asking): Result<LeaseRevokeResponse> {
    const refusal = this.permissions.lease(asking, request.id, 'write');
    return refusal === undefined ? this.removeLease(request) : { refusal };
  }

  private removeLease({ id }: LeaseRevokeRequest): Result<LeaseRevokeResponse> {
    const refusal = this.checkHealth();
    if (refusal !== undefined) return { refusal };
    if (!this.contents.leases.has(id)) return { refusal: etcdRefusals.leaseNotFound };
    this.keys.begin();
    for (const key of this.sortedLeaseKeys(id)) this.keys.deleteKey(key);
    const revision = this.keys.end();
    this.contents.leases.remove(id);
    return { response: { header: revisionOnly(revision) } };
  }

  private checkpointLeases({ checkpoints }: LeaseCheckpointRequest): Result<LeaseCheckpointResponse> {
    for (const { id, remainingTtl } of checkpoints) this.contents.leases.checkpoint(id, remainingTtl);
    return { response: { header: revisionOnly(this.keys.revision) } };
  }

  private alarm({ action, memberId, alarm }: AlarmRequest): Result<AlarmResponse> {
    const header = revisionOnly(this.keys.revision);
    if (action === AlarmAction.GET) return { response: { header, alarms: this.contents.alarms.list(alarm) } };
    const changed =
      action === AlarmAction.ACTIVATE
        ? this.contents.alarms.activate(memberId, alarm)
        : this.contents.alarms.deactivate(memberId, alarm);
    return { response: { header, alarms: changed === undefined ? [] : [changed] } };
  }

  private checkHealth(): EtcdRefusal | undefined {
    return this.contents.alarms.has(AlarmType.CORRUPT) ? etcdRefusals.corrupt : undefined;
  }

  private sortedLeaseKeys(id: bigint): number[] {
    return this.keys.index.tree.sorted(this.contents.leases.keysOf(id));
  }
}

const malformed: EtcdRefusal = { code: 13, message: 'etcdserver: request is malformed' };

/** What the responses are that sessions keep. */
const responseTypes: Partial<Record<CommandKind, MessageType<never>>> = {
  put: PutResponse as MessageType<never>,
  'delete-range': DeleteRangeResponse as MessageType<never>,
  txn: TxnResponse as MessageType<never>,
  'lease-grant': LeaseGrantResponse as MessageType<never>,
  'lease-revoke': LeaseRevokeResponse as MessageType<never>,
  alarm: AlarmResponse as MessageType<never>,
};

function answerOf(kind: CommandKind, { revision, result }: Applied): Answer {
  if ('refusal' in result) return { revision, kind, response: undefined, refusal: result.refusal };
  // What most puts are answered says nothing but the revision.
  if (kind === 'put' && (result.response as PutResponse).prevKv === undefined) {
    return { revision, kind, response: undefined, refusal: undefined };
  }
  const response = responseTypes[kind]?.encode(result.response as never).slice();
  return { revision, kind, response, refusal: undefined };
}

function resultOf({ revision, kind, response, refusal }: Answer): Applied['result'] {
  if (refusal !== undefined) return { refusal };
  if (response !== undefined) return { response: responseTypes[kind]?.decode(response) };
  return { response: kind === 'put' ? { header: revisionOnly(revision), prevKv: undefined } : {} };
}
