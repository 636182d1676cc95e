import { sleep } from '@holdfast/core';
import { EtcdError, etcdRefusals } from '../etcd/etcd-errors.ts';
import {
  AlarmAction,
  AlarmRequest,
  AlarmResponse,
  DefragmentRequest,
  DefragmentResponse,
  HashKVRequest,
  HashKVResponse,
  HashRequest,
  HashResponse,
  MoveLeaderRequest,
  MoveLeaderResponse,
  SnapshotRequest,
  SnapshotResponse,
  StatusRequest,
  StatusResponse,
} from '../etcd/maintenance.ts';
import { alarmNames } from './alarm-names.ts';
import { apiVersion } from './api-version.ts';
import type { Call, ResponseSink } from './call.ts';
import { hexId } from './hex-id.ts';
import { type AnyMethod, stream, unary } from './method.ts';
import { Proposals } from './proposals.ts';
import type { ServiceParts } from './service-parts.ts';
import { archiveSnapshot } from './snapshot-archive.ts';

/** Bytes of a snapshot in one message. */
const snapshotPieceBytes = 65_536;

/** etcd's Maintenance service. */
export class MaintenanceService {
  readonly #parts: ServiceParts;
  readonly #proposals: Proposals;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.#proposals = new Proposals(parts);
  }

  methods(): readonly AnyMethod[] {
    return [
      unary('/etcdserverpb.Maintenance/Status', StatusRequest, StatusResponse, () => this.#status()),
      unary('/etcdserverpb.Maintenance/Alarm', AlarmRequest, AlarmResponse, (request, call) =>
        this.#alarm(request, call),
      ),
      unary('/etcdserverpb.Maintenance/Defragment', DefragmentRequest, DefragmentResponse, (_request, call) =>
        this.#defragment(call),
      ),
      unary('/etcdserverpb.Maintenance/Hash', HashRequest, HashResponse, (_request, call) =>
        this.#hash(call),
      ),
      unary('/etcdserverpb.Maintenance/HashKV', HashKVRequest, HashKVResponse, (request, call) =>
        this.#hashKV(request, call),
      ),
      unary('/etcdserverpb.Maintenance/MoveLeader', MoveLeaderRequest, MoveLeaderResponse, (request, call) =>
        this.#moveLeader(request, call),
      ),
      stream(
        '/etcdserverpb.Maintenance/Snapshot',
        SnapshotRequest,
        SnapshotResponse,
        (_requests, responses, call) => this.#snapshot(responses, call),
      ),
    ];
  }

  /** Open to everybody, as in etcd: balancers ask it. */
  #status(): StatusResponse {
    const { headers, member, store } = this.#parts;
    const status = member.status();
    const leader = status.leader === undefined ? 0n : BigInt(`0x${status.leader}`);
    const alarms = store
      .alarms()
      .map(({ memberId, alarm }) => `memberID:${memberId} alarm:${alarmNames[alarm] ?? alarm} `);
    return {
      header: headers.now(),
      version: apiVersion,
      dbSize: status.stateBytes,
      leader,
      raftIndex: status.commitIndex,
      raftTerm: status.term,
      raftAppliedIndex: status.appliedIndex,
      errors: leader === 0n ? [etcdRefusals.noLeader.message, ...alarms] : alarms,
      dbSizeInUse: status.stateBytesInUse,
      isLearner: status.role === 'learner',
    };
  }

  async #alarm(request: AlarmRequest, call: Call): Promise<AlarmResponse> {
    const { callers, headers, member, store } = this.#parts;
    if (request.action === AlarmAction.GET) {
      await callers.identifyNamed(call);
      await member.readBarrier({ signal: call.signal });
      return { header: headers.now(), alarms: store.alarms(request.alarm) };
    }
    const auth = await callers.identifyRoot(call);
    const payload = AlarmRequest.encode(request);
    return this.#proposals.propose<AlarmResponse>('alarm', payload, call, auth, 0);
  }

  /** What is compacted is freed as we go, so there is nothing to do. */
  async #defragment(call: Call): Promise<DefragmentResponse> {
    const { callers, headers } = this.#parts;
    await callers.identifyRoot(call);
    return { header: headers.now() };
  }

  async #hash(call: Call): Promise<HashResponse> {
    const { header, hash } = await this.#hashKV({ revision: 0 }, call);
    return { header, hash };
  }

  /** In steps, and others have their turn between them. */
  async #hashKV({ revision }: HashKVRequest, call: Call): Promise<HashKVResponse> {
    const { callers, headers, store, world } = this.#parts;
    await callers.identifyRoot(call);
    const result = store.hash(revision);
    if ('refusal' in result) throw new EtcdError(result.refusal);
    const counting = result.response;
    const header = headers.now();
    try {
      for (;;) {
        const hash = counting.step();
        if (hash !== undefined) return { header, hash, compactRevision: counting.compactedRevision };
        await sleep(0, { world, signal: call.signal });
      }
    } finally {
      counting.release();
    }
  }

  async #moveLeader({ targetId }: MoveLeaderRequest, call: Call): Promise<MoveLeaderResponse> {
    const { callers, headers, member } = this.#parts;
    await callers.identifyRoot(call);
    const { role } = member.status();
    if (role !== 'leader') throw new EtcdError(etcdRefusals.notLeader);
    const target = hexId(targetId);
    const known = member.members().find(({ id }) => id === target);
    if (known === undefined || known.learner) throw new EtcdError(etcdRefusals.badLeaderTransferee);
    await member.moveLeader(target, { signal: call.signal });
    return { header: headers.now() };
  }

  async #snapshot(responses: ResponseSink<SnapshotResponse>, call: Call): Promise<void> {
    const { callers, headers, member } = this.#parts;
    await callers.identifyRoot(call);
    const snapshot = member.snapshot();
    try {
      const header = headers.at(snapshot.revision);
      let sent = 0;
      for (const blob of archiveSnapshot(snapshot, snapshotPieceBytes)) {
        if (call.signal.aborted) return;
        sent += blob.length;
        const remainingBytes = Math.max(0, snapshot.bytesEstimate - sent);
        if (!responses.send({ header, remainingBytes, blob })) await responses.drained();
      }
    } finally {
      snapshot.release();
    }
  }
}
