import type {
  CallOptions,
  Capabilities,
  CoordinationStore,
  DeleteResult,
  Entry,
  GetOptions,
  Lease,
  PutOptions,
  PutResult,
  RangeOptions,
  RangeResult,
  Transaction,
  TransactionResult,
  Watch,
  WatchOptions,
} from '@holdfast/coordination';
import {
  checkClockDrift,
  checkDelete,
  checkDeletePrefix,
  checkGet,
  checkPut,
  checkRange,
  checkTransaction,
  checkTtl,
  checkWatch,
  HeldLease,
} from '@holdfast/coordination/engine';
import {
  type Address,
  anySignal,
  type Duration,
  invalidArgument,
  isHoldfastError,
  platformWorld,
  toMicros,
  toPositiveMicros,
  type World,
} from '@holdfast/core';
import { bytes, int53, int64, message, nested, string } from '@holdfast/transport/protobuf';
import type { DeleteRangeResponse, RangeRequest } from '../etcd/kv.ts';
import { LeaseRevokeRequest, LeaseRevokeResponse } from '../etcd/lease.ts';
import { SnapshotRequest, SnapshotResponse } from '../etcd/maintenance.ts';
import {
  SessionCloseRequest,
  SessionCloseResponse,
  SessionKeepAliveRequest,
  SessionKeepAliveResponse,
  SessionRegisterRequest,
  SessionRegisterResponse,
  sessionPaths,
} from '../session/session-messages.ts';
import { Authentication } from './authentication.ts';
import { ClientSessions, type SessionCalls } from './client-sessions.ts';
import { ClientWatch, type WatchBounds } from './client-watch.ts';
import type { ChannelMaker, ClusterChannel } from './cluster-channel.ts';
import { EndpointPool, storeClosed } from './endpoint-pool.ts';
import { decodeEntry, leaseId, leaseName } from './entries.ts';
import { type EtcdCalls, etcdCalls } from './etcd-calls.ts';
import { type ClientReport, clusterClients, type InspectedClient } from './inspected-client.ts';
import { oneKey, prefixRange } from './key-range.ts';
import { LeaseRenewals } from './lease-renewals.ts';
import { readStream } from './read-stream.ts';
import type { RpcMethod, RpcOptions } from './rpc-method.ts';
import { decodeTransaction, encodeTransaction } from './transactions.ts';
import { UnaryCaller } from './unary-caller.ts';
import { WatchStream } from './watch-stream.ts';

export interface ClusterClientOptions {
  /** The servers of one cluster, as `'host:port'` or apart. At least one. */
  readonly endpoints: readonly (Address | string)[];
  /** How they are spoken to. */
  readonly channels: ChannelMaker;
  /** Default the platform's. */
  readonly world?: World | undefined;
  /** What the engine is called in messages. Default `'cluster'`. */
  readonly engine?: string | undefined;
  /** Who asks, where the store wants to know. Default nobody. */
  readonly user?: { readonly name: string; readonly password: string } | undefined;
  /** For a call with all its attempts, also where its caller has a later deadline. Default `'5s'`. */
  readonly requestTimeout?: Duration | undefined;
  /** For one attempt of a call that may be repeated, before another endpoint is asked. Default a third of the above. */
  readonly attemptTimeout?: Duration | undefined;
  /** For a connection. Default `'2s'`. */
  readonly connectTimeout?: Duration | undefined;
  /** How long an endpoint is left alone after a failure; doubled with each further one, half of it random. Default `'50ms'`. */
  readonly retryDelay?: Duration | undefined;
  /** Default `'1s'`. */
  readonly retryDelayMax?: Duration | undefined;
  /** How long {@link ClusterClient.close} waits for leases to be given up. Default `'1s'`. */
  readonly closeTimeout?: Duration | undefined;
  /** By how many parts per million clocks may run fast or slow, which leases allow for. Default 10,000: 1%. */
  readonly clockDriftMax?: number | undefined;
  /** Changes that wait for the consumer of one watch; the rest is read from history later. Default 1,000. */
  readonly watchItemsMax?: number | undefined;
  /** Bytes of changes that wait for it. Default 4 MiB. */
  readonly watchBytesMax?: number | undefined;
}

/** A client of a cluster that speaks etcd's API: the contract of coordination, and below it the calls as they are. */
export interface ClusterClient extends CoordinationStore, EtcdCalls {
  /** The pieces of a snapshot of the whole store, as one endpoint sends them. */
  snapshot(options?: RpcOptions): AsyncIterable<SnapshotResponse>;
}

/** What etcd takes unless its operator says otherwise. */
const transactionOperationsMax = 128;
const requestBytesMax = 1_572_864;
/** How often a lease is asked for whose time was over when it came. */
const grantsMax = 3;
/** Seconds that etcd grants at most. */
const leaseSecondsMax = 9_000_000_000;

/**
 * A client of the cluster behind `endpoints`. It connects when it is first needed.
 *
 * @throws HoldfastError INVALID_ARGUMENT for an option that cannot work.
 */
export function clusterClient(options: ClusterClientOptions): ClusterClient {
  return new Client(options);
}

class Client implements ClusterClient, InspectedClient {
  readonly capabilities: Capabilities;
  readonly kv: EtcdCalls['kv'];
  readonly lease: EtcdCalls['lease'];
  readonly cluster: EtcdCalls['cluster'];
  readonly maintenance: EtcdCalls['maintenance'];
  readonly auth: EtcdCalls['auth'];
  readonly #world: World;
  readonly #clockDriftMax: number;
  readonly #closeTimeout: number;
  readonly #bounds: WatchBounds;
  readonly #pool: EndpointPool;
  readonly #caller: UnaryCaller;
  readonly #authentication: Authentication;
  readonly #sessions: ClientSessions | undefined;
  readonly #renewals: LeaseRenewals;
  readonly #watches: WatchStream;
  readonly #leases = new Set<HeldLease>();
  /** Aborted when everything is over. */
  readonly #ended: AbortController = new AbortController();
  #closing: Promise<void> | undefined;

  constructor(options: ClusterClientOptions) {
    const { user } = options;
    const channels = checkChannels(options.channels);
    const world = options.world ?? platformWorld();
    const requestTimeout = toPositiveMicros(options.requestTimeout ?? '5s', 'requestTimeout');
    this.#world = world;
    this.#clockDriftMax = checkClockDrift(options.clockDriftMax);
    this.#closeTimeout = toMicros(options.closeTimeout ?? '1s', 'closeTimeout');
    this.#bounds = {
      itemsMax: atLeastOne('watchItemsMax', options.watchItemsMax ?? 1_000),
      bytesMax: atLeastOne('watchBytesMax', options.watchBytesMax ?? 4 * 1_048_576),
    };
    this.capabilities = {
      engine: options.engine ?? 'cluster',
      linearizableReads: 'yes',
      transactions: 'any-keys',
      revisions: 'yes',
      leases: 'yes',
      watches: 'complete',
      grade: 'correctness',
      transactionOperationsMax,
      requestBytesMax,
    };
    this.#pool = new EndpointPool({
      world,
      channels,
      endpoints: readEndpoints(options.endpoints),
      connectTimeout: toPositiveMicros(options.connectTimeout ?? '2s', 'connectTimeout'),
      retryDelay: toPositiveMicros(options.retryDelay ?? '50ms', 'retryDelay'),
      retryDelayMax: toPositiveMicros(options.retryDelayMax ?? '1s', 'retryDelayMax'),
    });
    this.#caller = new UnaryCaller({
      world,
      engine: this.capabilities.engine,
      protocol: channels.protocol ?? 'holdfast',
      pool: this.#pool,
      requestTimeout,
      attemptTimeout:
        options.attemptTimeout === undefined
          ? Math.ceil(requestTimeout / 3)
          : toPositiveMicros(options.attemptTimeout, 'attemptTimeout'),
    });
    const calls = etcdCalls(this.#caller);
    this.kv = calls.kv;
    this.lease = calls.lease;
    this.cluster = calls.cluster;
    this.maintenance = calls.maintenance;
    this.auth = calls.auth;
    this.#authentication = new Authentication(
      user && (async () => (await calls.auth.authenticate(user)).token),
    );
    this.#caller.authentication = this.#authentication;
    this.#sessions = channels.sessions
      ? new ClientSessions(world, sessionCalls(this.#caller, this.#closeTimeout))
      : undefined;
    this.#caller.sessions = this.#sessions;
    this.#renewals = new LeaseRenewals(world, this.#pool, this.#authentication);
    this.#watches = new WatchStream(world, this.#pool, this.#authentication);
    clusterClients.add(this);
  }

  report(): ClientReport {
    return { name: this.capabilities.engine, endpoints: this.#pool.report() };
  }

  async get(key: string, options: GetOptions = {}): Promise<Entry | undefined> {
    checkGet(key, options);
    const { kvs } = await this.kv.range({ ...oneKey(key), ...reading(options) }, options);
    return kvs[0] && decodeEntry(kvs[0]);
  }

  async range(prefix: string, options: RangeOptions = {}): Promise<RangeResult> {
    checkRange(prefix, options);
    const { after, limit = 0 } = options;
    const request = { ...prefixRange(prefix, after), limit, ...reading(options) };
    const { kvs, more, header } = await this.kv.range(request, options);
    return { entries: kvs.map(decodeEntry), more, revision: header?.revision ?? 0 };
  }

  async put(key: string, value: Uint8Array, options: PutOptions = {}): Promise<PutResult> {
    checkPut(key, value, options, this.capabilities);
    const lease = options.lease === undefined ? 0n : leaseId(options.lease.id);
    const { header } = await this.#caller.call(putMethod, { key, value, lease }, options);
    return { revision: header?.revision ?? 0 };
  }

  async delete(key: string, options?: CallOptions): Promise<DeleteResult> {
    checkDelete(key);
    return deleted(await this.kv.deleteRange(oneKey(key), options));
  }

  async deletePrefix(prefix: string, options?: CallOptions): Promise<DeleteResult> {
    checkDeletePrefix(prefix);
    return deleted(await this.kv.deleteRange(prefixRange(prefix), options));
  }

  async transact(transaction: Transaction, options?: CallOptions): Promise<TransactionResult> {
    checkTransaction(transaction, this.capabilities);
    return decodeTransaction(transaction, await this.kv.txn(encodeTransaction(transaction), options));
  }

  async grantLease(ttl: Duration, options?: CallOptions): Promise<Lease> {
    const seconds = Math.ceil(checkTtl(ttl) / 1_000_000);
    if (seconds > leaseSecondsMax) throw invalidArgument('ttl', ttl, `at most ${leaseSecondsMax} seconds`);
    for (let grants = 1; ; grants++) {
      const lease = await this.#grant(seconds, options);
      // One that took as long as it lasts is of no use; the next does not have to wait for an election as well.
      if (lease.held || grants === grantsMax || this.#closing !== undefined) return lease;
    }
  }

  watch(prefix: string, options: WatchOptions = {}): Watch {
    checkWatch(prefix, options);
    if (this.#closing !== undefined) throw storeClosed();
    const watch = new ClientWatch({
      range: prefixRange(prefix),
      from: options.from,
      previous: options.previous ?? false,
      signal: options.signal,
      bounds: this.#bounds,
      resumed: (resumed) => this.#watches.resume(resumed),
      closed: (closed) => this.#watches.remove(closed),
    });
    this.#watches.add(watch);
    return watch.open.open();
  }

  snapshot(options: RpcOptions = {}): AsyncIterable<SnapshotResponse> {
    return this.#snapshot(options);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clusterClients.delete(this);
    // Everybody learns at once; what is still said to the store is the client's own.
    this.#watches.close(storeClosed());
    this.#caller.endCalls();
    const leases = [...this.#leases];
    for (const lease of leases) lease.lose('its client was closed');
    this.#renewals.close();
    await Promise.allSettled([
      ...leases.map(({ id }) => this.#caller.farewell(revokeMethod, { id: leaseId(id) }, this.#closeTimeout)),
      this.#sessions?.close(),
    ]);
    this.#ended.abort(storeClosed());
    await this.#pool.close();
  }

  /** On a channel of its own, which it may slow down. */
  async *#snapshot({ signal, endpoint }: RpcOptions): AsyncGenerator<SnapshotResponse, void> {
    if (this.#closing !== undefined) throw storeClosed();
    const either = anySignal([signal, this.#ended.signal]);
    let channel: ClusterChannel | undefined;
    try {
      channel = await this.#pool.ownChannel(endpoint, either.signal);
      const token = await this.#authentication.token(either.signal);
      yield* readStream(channel, snapshotMethod, {}, token, either.signal);
    } finally {
      either.dispose();
      await channel?.close();
    }
  }

  async #grant(seconds: number, options: CallOptions | undefined): Promise<HeldLease> {
    // Before the first attempt, whichever of them was answered.
    const askedAt = this.#world.clock.now();
    const granted = await this.lease.grant({ ttl: seconds }, options);
    const { id } = granted;
    const ttl = granted.ttl * 1_000_000;
    const lease = new HeldLease({
      world: this.#world,
      id: leaseName(id),
      ttl,
      askedAt,
      clockDriftMax: this.#clockDriftMax,
      keeping: {
        renew: (signal) => this.#renewals.renew(id, ttl, signal),
        revoke: (revoking) => this.#revoke(id, revoking),
        ended: () => {
          this.#leases.delete(lease);
          this.#renewals.release();
        },
      },
    });
    this.#leases.add(lease);
    this.#renewals.hold();
    lease.keep();
    // Closed while it was asked for: nobody would give it up.
    if (this.#closing !== undefined) lease.lose('its client was closed');
    return lease;
  }

  /** Resolves once there is no such lease. */
  async #revoke(id: bigint, options: CallOptions): Promise<void> {
    try {
      await this.lease.revoke({ id }, options);
    } catch (error) {
      if (!(isHoldfastError(error) && error.code === 'LEASE_LOST')) throw error;
    }
  }
}

/** As etcd's on the wire; here a key is text, and of the answer only the revision counts. */
const putMethod: RpcMethod<
  { readonly key: string; readonly value: Uint8Array; readonly lease: bigint },
  { readonly header: { readonly revision: number } | undefined }
> = {
  path: '/etcdserverpb.KV/Put',
  request: message('etcdserverpb.PutRequest', { key: string(1), value: bytes(2), lease: int64(3) }),
  response: message('etcdserverpb.PutResponse', {
    header: nested(1, message('etcdserverpb.ResponseHeader', { revision: int53(3) })),
  }),
  repetition: 'numbered',
};

const revokeMethod: RpcMethod<LeaseRevokeRequest, LeaseRevokeResponse> = {
  path: '/etcdserverpb.Lease/LeaseRevoke',
  request: LeaseRevokeRequest,
  response: LeaseRevokeResponse,
  repetition: 'idempotent',
};

const snapshotMethod: RpcMethod<SnapshotRequest, SnapshotResponse> = {
  path: '/etcdserverpb.Maintenance/Snapshot',
  request: SnapshotRequest,
  response: SnapshotResponse,
  repetition: 'read',
};

const registerMethod: RpcMethod<SessionRegisterRequest, SessionRegisterResponse> = {
  path: sessionPaths.register,
  request: SessionRegisterRequest,
  response: SessionRegisterResponse,
  repetition: 'idempotent',
};

const keepAliveMethod: RpcMethod<SessionKeepAliveRequest, SessionKeepAliveResponse> = {
  path: sessionPaths.keepAlive,
  request: SessionKeepAliveRequest,
  response: SessionKeepAliveResponse,
  repetition: 'idempotent',
};

const closeMethod: RpcMethod<SessionCloseRequest, SessionCloseResponse> = {
  path: sessionPaths.close,
  request: SessionCloseRequest,
  response: SessionCloseResponse,
  repetition: 'idempotent',
};

function sessionCalls(caller: UnaryCaller, closeTimeout: number): SessionCalls {
  return {
    register: () => caller.call(registerMethod, {}),
    keepAlive: async (id) => (await caller.call(keepAliveMethod, { id })).alive,
    close: async (id) => {
      await caller.farewell(closeMethod, { id }, closeTimeout);
    },
  };
}

function reading({ consistency, revision = 0 }: GetOptions): Pick<RangeRequest, 'serializable' | 'revision'> {
  return { serializable: consistency === 'stale', revision };
}

function deleted({ deleted: count, header }: DeleteRangeResponse): DeleteResult {
  return { deleted: count, revision: header?.revision ?? 0 };
}

/** Who writes plain JavaScript hears what is missing. */
function checkChannels(channels: ChannelMaker): ChannelMaker {
  if (typeof channels?.connect === 'function') return channels;
  throw invalidArgument('channels', channels, 'a maker of channels, such as nativeChannels(world)');
}

function readEndpoints(endpoints: readonly (Address | string)[]): Address[] {
  if (!Array.isArray(endpoints) || endpoints.length === 0) {
    throw invalidArgument('endpoints', endpoints, "at least one server, such as ['127.0.0.1:2379']");
  }
  return endpoints.map((endpoint: Address | string, index) =>
    typeof endpoint === 'string' ? readAddress(`endpoints[${index}]`, endpoint) : endpoint,
  );
}

function readAddress(field: string, text: string): Address {
  const match = /^(?:\[(?<v6>[^\]]+)\]|(?<host>[^:/]+)):(?<port>\d{1,5})$/.exec(text);
  const host = match?.groups?.['v6'] ?? match?.groups?.['host'];
  const port = Number(match?.groups?.['port']);
  if (host === undefined || !(port >= 1 && port <= 65_535)) {
    throw invalidArgument(field, text, "a host and a port, such as '127.0.0.1:2379' or '[::1]:2379'");
  }
  return { host, port };
}

function atLeastOne(field: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw invalidArgument(field, value, 'a whole number from 1');
}
