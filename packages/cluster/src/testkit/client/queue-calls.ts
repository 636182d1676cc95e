import { isHoldfastError, type World } from '@holdfast/core';
import type { MessageType } from '@holdfast/transport/protobuf';
import { Authentication } from '../../client/authentication.ts';
import type { ChannelMaker } from '../../client/cluster-channel.ts';
import { EndpointPool } from '../../client/endpoint-pool.ts';
import { UnaryCaller } from '../../client/unary-caller.ts';
import * as etcd from '../../etcd/index.ts';

export interface QueueCallsOptions {
  readonly world: World;
  readonly endpoints: readonly { readonly host: string; readonly port: number }[];
  readonly channels: ChannelMaker;
  /** Microseconds. */
  readonly connectTimeout: number;
}

/** A place at the front of a queue. */
export interface FrontPlace {
  readonly key: Uint8Array;
  /** A revision at which it was at the front. */
  readonly revision: number;
}

/** Longer than any run: whoever waits in a queue waits for its turn, not for a time. */
const requestTimeout = 600_000_000;

/** etcd's Lock and Election services, called as the client calls the others. Nothing is repeated that may have been done. */
export class QueueCalls {
  readonly #caller: UnaryCaller;

  constructor({ world, endpoints, channels, connectTimeout }: QueueCallsOptions) {
    const [retryDelay, retryDelayMax] = [50_000, 1_000_000];
    const pool = new EndpointPool({ world, channels, endpoints, connectTimeout, retryDelay, retryDelayMax });
    this.#caller = new UnaryCaller({
      world,
      engine: 'cluster',
      protocol: 'holdfast',
      pool,
      requestTimeout,
      attemptTimeout: requestTimeout,
    });
    this.#caller.authentication = new Authentication(undefined);
  }

  /** Resolves at the front of the queue. */
  async lock(name: string, lease: bigint, signal: AbortSignal): Promise<FrontPlace> {
    const { key, header } = await this.#call(
      '/v3lockpb.Lock/Lock',
      etcd.LockRequest,
      etcd.LockResponse,
      { name: Buffer.from(name), lease },
      signal,
    );
    return { key, revision: header!.revision };
  }

  /** Resolves when it leads. */
  async campaign(name: string, lease: bigint, signal: AbortSignal): Promise<FrontPlace> {
    const { leader, header } = await this.#call(
      '/v3electionpb.Election/Campaign',
      etcd.CampaignRequest,
      etcd.CampaignResponse,
      { name: Buffer.from(name), lease, value: new Uint8Array(0) },
      signal,
    );
    return { key: leader!.key, revision: header!.revision };
  }

  /** Gives a lock up; false where nobody knows whether it is. */
  unlock(key: Uint8Array): Promise<boolean> {
    return done(this.#call('/v3lockpb.Lock/Unlock', etcd.UnlockRequest, etcd.UnlockResponse, { key }));
  }

  resign(leader: etcd.LeaderKey): Promise<boolean> {
    return done(
      this.#call('/v3electionpb.Election/Resign', etcd.ResignRequest, etcd.ResignResponse, { leader }),
    );
  }

  proclaim(leader: etcd.LeaderKey, value: Uint8Array): Promise<boolean> {
    const request = { leader, value };
    return done(
      this.#call('/v3electionpb.Election/Proclaim', etcd.ProclaimRequest, etcd.ProclaimResponse, request),
    );
  }

  #call<Request, Response>(
    path: string,
    request: MessageType<Request>,
    response: MessageType<Response>,
    fields: Request,
    signal?: AbortSignal,
  ): Promise<Response> {
    return this.#caller.call({ path, request, response, repetition: 'once' }, fields, { signal });
  }
}

async function done(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    return false;
  }
}
