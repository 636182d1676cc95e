import { isHoldfastError } from '@holdfast/core';
import { etcdRefusals } from '../etcd/etcd-errors.ts';
import {
  CompactionRequest,
  type CompactionResponse,
  DeleteRangeRequest,
  type DeleteRangeResponse,
  PutRequest,
  type PutResponse,
  TxnRequest,
  type TxnResponse,
} from '../etcd/kv.ts';
import {
  LeaseCheckpointRequest,
  type LeaseCheckpointResponse,
  LeaseGrantRequest,
  type LeaseGrantResponse,
  LeaseRevokeRequest,
  type LeaseRevokeResponse,
} from '../etcd/lease.ts';
import {
  AlarmAction,
  type AlarmMember,
  AlarmRequest,
  type AlarmResponse,
  AlarmType,
} from '../etcd/maintenance.ts';
import { Member } from '../etcd/membership.ts';
import type { AuthState } from './auth-state.ts';
import type { Command } from './command.ts';
import type { Contents } from './contents.ts';
import type { KeySpace } from './keys/key-space.ts';
import { costOfPut, costOfTxn, leaseCost } from './requests/cost.ts';
import type { OperationCounts } from './requests/operation-counts.ts';
import type { Asking, Permissions } from './requests/permissions.ts';
import type { Result } from './requests/result.ts';
import { revisionOnly } from './requests/revision-only.ts';
import { applyTransaction } from './requests/transaction.ts';
import { checkPut, deleteRange, put } from './requests/writes.ts';
import type { Applied, EtcdRefusal } from './state-machine.ts';

const malformed: EtcdRefusal = { code: 13, message: 'etcdserver: request is malformed' };

/** Carries out the changes that commands ask for, after asking whether they may be: permission, health, room. */
export class Applier {
  private readonly auth: AuthState;
  private readonly permissions: Permissions;
  private readonly quota: number;
  private readonly operations: OperationCounts;
  private readonly now: () => Contents;
  /** Called when an alarm was raised or cleared. */
  onAlarm: ((alarm: AlarmMember, raised: boolean) => void) | undefined;

  constructor(
    auth: AuthState,
    permissions: Permissions,
    quota: number,
    operations: OperationCounts,
    now: () => Contents,
  ) {
    this.auth = auth;
    this.permissions = permissions;
    this.quota = quota;
    this.operations = operations;
    this.now = now;
  }

  /** What counts against the quota. */
  get bytesInUse(): number {
    return this.keys.bytesInUse + this.contents.leases.count * leaseCost;
  }

  checkRoom(cost: number): EtcdRefusal | undefined {
    if (cost === 0) return undefined;
    if (this.contents.alarms.has(AlarmType.NOSPACE)) return etcdRefusals.noSpace;
    return this.quota > 0 && this.bytesInUse + cost > this.quota ? etcdRefusals.noSpace : undefined;
  }

  /** Never throws for what a command says: what cannot be done is refused, and changes nothing. */
  apply(command: Command): Applied['result'] {
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
    this.operations.puts++;
    return { response };
  }

  private deleteRange(request: DeleteRangeRequest, asking: Asking): Result<DeleteRangeResponse> {
    const refusal = this.permissions.deleteRange(asking, request) ?? this.checkHealth();
    if (refusal !== undefined) return { refusal };
    this.keys.begin();
    const response = deleteRange(this.keys, request);
    this.keys.end();
    this.operations.deletes++;
    return { response };
  }

  private txn(request: TxnRequest, asking: Asking): Result<TxnResponse> {
    const refusal =
      this.permissions.txn(asking, request) ?? this.checkHealth() ?? this.checkRoom(costOfTxn(request));
    if (refusal !== undefined) return { refusal };
    const result = applyTransaction(this.keys, this.contents.leases, request);
    if ('response' in result) this.operations.transaction(result.response);
    return result;
  }

  private compact({ revision }: CompactionRequest): Result<CompactionResponse> {
    const refusal =
      this.checkHealth() ??
      (revision <= this.keys.compactedRevision ? etcdRefusals.compacted : undefined) ??
      (revision > this.keys.revision ? etcdRefusals.futureRev : undefined);
    if (refusal !== undefined) return { refusal };
    this.keys.compact(revision);
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
    const keys = this.keys.index.tree.sorted(this.contents.leases.keysOf(id));
    for (const key of keys) this.keys.deleteKey(key);
    this.operations.deletes += keys.length;
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
    const { alarms } = this.contents;
    const raises = action === AlarmAction.ACTIVATE;
    const before = alarms.list().length;
    const changed = raises ? alarms.activate(memberId, alarm) : alarms.deactivate(memberId, alarm);
    if (changed !== undefined && alarms.list().length !== before) this.onAlarm?.(changed, raises);
    return { response: { header, alarms: changed === undefined ? [] : [changed] } };
  }

  private checkHealth(): EtcdRefusal | undefined {
    return this.contents.alarms.has(AlarmType.CORRUPT) ? etcdRefusals.corrupt : undefined;
  }

  private get contents(): Contents {
    return this.now();
  }

  private get keys(): KeySpace {
    return this.now().keys;
  }
}
