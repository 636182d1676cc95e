import {
  LeaseGrantRequest,
  LeaseGrantResponse,
  LeaseKeepAliveRequest,
  LeaseKeepAliveResponse,
  LeaseLeasesRequest,
  LeaseLeasesResponse,
  LeaseRevokeRequest,
  LeaseRevokeResponse,
  LeaseTimeToLiveRequest,
  LeaseTimeToLiveResponse,
} from '../etcd/lease.ts';
import { chooseLease } from '../state/leases/choose-lease.ts';
import { leaseCost } from '../state/requests/cost.ts';
import type { Call, ResponseSink } from './call.ts';
import { type AnyMethod, stream, unary } from './method.ts';
import { Proposals } from './proposals.ts';
import type { ServiceParts } from './service-parts.ts';
import { throwIfRefused } from './throw-if-refused.ts';

/** etcd's Lease service. */
export class LeaseService {
  readonly #parts: ServiceParts;
  readonly #proposals: Proposals;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.#proposals = new Proposals(parts);
  }

  methods(): readonly AnyMethod[] {
    return [
      unary('/etcdserverpb.Lease/LeaseGrant', LeaseGrantRequest, LeaseGrantResponse, (request, call) =>
        this.#grant(request, call),
      ),
      unary('/etcdserverpb.Lease/LeaseRevoke', LeaseRevokeRequest, LeaseRevokeResponse, (request, call) =>
        this.#revoke(request, call),
      ),
      unary(
        '/etcdserverpb.Lease/LeaseTimeToLive',
        LeaseTimeToLiveRequest,
        LeaseTimeToLiveResponse,
        (request, call) => this.#timeToLive(request, call),
      ),
      unary('/etcdserverpb.Lease/LeaseLeases', LeaseLeasesRequest, LeaseLeasesResponse, (_request, call) =>
        this.#leases(call),
      ),
      stream(
        '/etcdserverpb.Lease/LeaseKeepAlive',
        LeaseKeepAliveRequest,
        LeaseKeepAliveResponse,
        (requests, responses, call) => this.#keepAlive(requests, responses, call),
      ),
    ];
  }

  async #grant(request: LeaseGrantRequest, call: Call): Promise<LeaseGrantResponse> {
    const { callers, limits, store, world } = this.#parts;
    const auth = await callers.identifyNamed(call);
    const chosen = chooseLease(
      request,
      limits.leaseTtlMin,
      (id) => store.leases.get(id) !== undefined,
      () => (BigInt(world.random.uint32()) << 32n) | BigInt(world.random.uint32()),
    );
    const payload = LeaseGrantRequest.encode(chosen);
    return this.#proposals.propose<LeaseGrantResponse>('lease-grant', payload, call, auth, leaseCost);
  }

  async #revoke(request: LeaseRevokeRequest, call: Call): Promise<LeaseRevokeResponse> {
    const auth = await this.#parts.callers.identifyNamed(call);
    const payload = LeaseRevokeRequest.encode(request);
    return this.#proposals.propose<LeaseRevokeResponse>('lease-revoke', payload, call, auth, 0);
  }

  async #timeToLive({ id, keys }: LeaseTimeToLiveRequest, call: Call): Promise<LeaseTimeToLiveResponse> {
    const { callers, headers, member, store } = this.#parts;
    const { signal } = call;
    await member.readBarrier({ signal });
    const ttl = await member.leaseTimeLeft(id, { signal });
    const auth = await callers.identifyNamed(call);
    if (keys) throwIfRefused(store.permissions.lease(auth, id, 'read'));
    const lease = store.leases.get(id);
    if (ttl < 0 || lease === undefined) {
      return { header: headers.now(), id, ttl: -1, grantedTtl: 0, keys: [] };
    }
    return {
      header: headers.now(),
      id,
      ttl,
      grantedTtl: lease.ttl,
      keys: keys ? store.leases.keysOf(id) : [],
    };
  }

  async #leases(call: Call): Promise<LeaseLeasesResponse> {
    const { callers, headers, member, store } = this.#parts;
    await member.readBarrier({ signal: call.signal });
    const auth = await callers.identifyNamed(call);
    for (const { id } of store.leases.all()) throwIfRefused(store.permissions.lease(auth, id, 'read'));
    return { header: headers.now(), leases: Array.from(store.leases.all(), ({ id }) => ({ id })) };
  }

  async #keepAlive(
    requests: AsyncIterable<LeaseKeepAliveRequest>,
    responses: ResponseSink<LeaseKeepAliveResponse>,
    call: Call,
  ): Promise<void> {
    const { callers, headers, member, store } = this.#parts;
    const { signal } = call;
    for await (const { id } of requests) {
      throwIfRefused(store.permissions.lease(await callers.identifyNamed(call), id, 'write'));
      // Of before it was renewed: should the lease be revoked, that has a later revision than the last success.
      const header = headers.now();
      const ttl = await member.renewLease(id, { signal });
      if (!responses.send({ header, id, ttl })) await responses.drained();
    }
  }
}
