import type { ErrorMonitorSnapshot } from '@holdfast/core';

/**
 * What the admin endpoint of a process answers, under `/holdfast/v1`. JSON in and out, times in milliseconds since the Unix
 * epoch, durations in milliseconds. A process says where its endpoint is with the resource attribute `holdfast.admin.url`.
 *
 * | request | answer |
 * |---|---|
 * | `GET /holdfast/v1` | {@link AdminIndex} |
 * | `GET /holdfast/v1/policies` | {@link AdminPolicy}`[]` |
 * | `GET /holdfast/v1/cluster` | {@link AdminCluster}`[]` |
 * | `GET /holdfast/v1/clients` | {@link AdminClusterClient}`[]` |
 * | `GET /holdfast/v1/sagas?status=&type=&limit=` | {@link AdminSaga}`[]` |
 * | `GET /holdfast/v1/sagas/<ledger>/<id>` | {@link AdminSagaDetail} |
 * | `POST /holdfast/v1/sagas/<ledger>/<id>/<action>` with {@link AdminSagaAction} | 204 |
 * | `GET /holdfast/v1/errors` | `ErrorMonitorSnapshot` |
 * | `POST /holdfast/v1/profiles` with {@link AdminProfileRequest} | {@link AdminProfile}, when it is taken |
 *
 * Reading needs no token, since it listens on loopback only; a POST does, and so does whoever wants to see the input and the
 * results of a saga, or samples of errors. How a request shows its token without sending it stands with `SignedRequest`.
 */
export interface AdminIndex {
  readonly service: string;
  readonly instance: string;
  readonly version: string | undefined;
  readonly pid: number;
  readonly startedAt: number;
  /** Which of the above this process has anything to say about. */
  readonly sections: readonly AdminSection[];
}

export type AdminSection = 'policies' | 'cluster' | 'clients' | 'sagas' | 'errors' | 'profiles';

/** The state of one policy of a pipeline. */
export interface AdminPolicy {
  /** The name of its pipeline: what its operations are called. */
  readonly pipeline: string;
  /** Its place among the pipeline's policies, the outermost first. */
  readonly position: number;
  readonly kind:
    | 'breaker'
    | 'retry'
    | 'timeout'
    | 'bulkhead'
    | 'rate-limiter'
    | 'fallback'
    | 'hedge'
    | 'concurrency'
    | 'other';
  readonly name: string | undefined;
  /** In the policy's own words: `open`, `half-open`. Undefined where it has no states. */
  readonly state: string | undefined;
  /** Whether it is turning calls away or degrading them now. */
  readonly alarming: boolean;
  /** What it counts and is limited by, such as `{ inFlight: 3, limit: 20 }`. */
  readonly figures: Readonly<Record<string, number>>;
}

/** One store as one of its nodes sees it. */
export interface AdminCluster {
  readonly name: string;
  readonly members: readonly AdminClusterMember[];
  readonly leases: readonly AdminLease[];
  /** Leases that are not listed, since there are too many. */
  readonly leasesOmitted: number;
  readonly alarms: readonly string[];
}

export interface AdminClusterMember {
  readonly id: string;
  readonly name: string;
  readonly role: 'leader' | 'follower' | 'candidate' | 'learner' | 'unreachable';
  readonly term: number;
  readonly lastIndex: number;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  /** Entries that it is behind the leader's commit index. */
  readonly lag: number;
  readonly storedBytes: number;
  readonly clientUrls: readonly string[];
  /** Where clients with the native protocol reach it; none while it is unreachable. */
  readonly nativeUrls: readonly string[];
}

export interface AdminLease {
  readonly id: string;
  /** Milliseconds. */
  readonly ttl: number;
  /** Milliseconds left. */
  readonly remaining: number;
  readonly keys: number;
}

/** A client of a store elsewhere, and how it gets there. */
export interface AdminClusterClient {
  /** What the store is: `cluster`, `etcd`. */
  readonly name: string;
  readonly endpoints: readonly AdminEndpointState[];
}

export interface AdminEndpointState {
  readonly host: string;
  readonly port: number;
  /** `used`: it is asked first. `connected`: it could be asked at once. `avoided`: it has failed, and is left alone a while. */
  readonly state: 'used' | 'connected' | 'avoided' | 'idle';
  /** Since the client was made; calls that fail together are one. */
  readonly failures: number;
  /** The code of the last of them. */
  readonly lastFailure: string | undefined;
}

export interface AdminSaga {
  readonly ledger: string;
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly status: 'running' | 'stuck' | 'committed' | 'rolled-back';
  /** The step that it is at, or stuck in. */
  readonly step: string | undefined;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** What the person who looks has to know: why it is stuck, or what it failed with. */
  readonly problem: string | undefined;
}

export interface AdminSagaDetail extends AdminSaga {
  readonly input: unknown;
  readonly steps: readonly AdminSagaStep[];
  readonly timeline: readonly AdminSagaMoment[];
  /** What may be asked of it now. */
  readonly actions: readonly AdminSagaActionName[];
  /** Whether its input and results are left out, since who asked has not shown the token. */
  readonly valuesWithheld: boolean;
  /** The trace in which it was started, where this process knows it. */
  readonly traceId: string | undefined;
}

export interface AdminSagaStep {
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly attempts: number;
  readonly lastError: string | undefined;
  readonly value: unknown;
}

export interface AdminSagaMoment {
  readonly at: number | undefined;
  /** In the literature's words: `step started`, `step done`, `undo started`, `signal`, `stuck`. */
  readonly what: string;
  readonly step: string | undefined;
  readonly detail: string | undefined;
}

export type AdminSagaActionName = 'retry' | 'skip' | 'resolve' | 'cancel';

export interface AdminSagaAction {
  readonly step?: string;
  /** For `resolve`: the step's result. */
  readonly value?: unknown;
  /** For `cancel`. */
  readonly reason?: string;
}

export type ProfileKind = 'cpu' | 'heap' | 'off-cpu';

export interface AdminProfileRequest {
  readonly kind: ProfileKind;
  /** How long to look, from 100 to 60,000 ms. Default 5,000. */
  readonly duration?: number;
}

/**
 * Stacks and what was spent in them. `samples[i]` names the node that was on top, `weights[i]` what it weighs in `unit`.
 * Nodes form a tree: `parents[n]` is -1 for a root, else below `n`; `frames[n]` indexes `frameTable`.
 */
export interface AdminProfile {
  readonly kind: ProfileKind;
  readonly unit: 'microseconds' | 'bytes';
  readonly startedAt: number;
  readonly duration: number;
  readonly frameTable: readonly ProfileFrame[];
  readonly frames: readonly number[];
  readonly parents: readonly number[];
  readonly samples: readonly number[];
  readonly weights: readonly number[];
}

export interface ProfileFrame {
  /** `(anonymous)` for a function without a name. */
  readonly name: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
}

/** What `GET /holdfast/v1/errors` answers: without samples to who has not shown the token. */
export type AdminErrors = ErrorMonitorSnapshot;
