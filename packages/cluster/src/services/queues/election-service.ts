import * as etcd from '../../etcd/index.ts';
import type { Call, ResponseSink } from '../call.ts';
import { type AnyMethod, stream, unary } from '../method.ts';
import {
  createRevisionIs,
  firstIn,
  type LeaseQueue,
  type Place,
  prefixOf,
  rangeOfPrefix,
} from './lease-queue.ts';
import type { LocalServices } from './local-services.ts';

const service = '/v3electionpb.Election';

/** etcd's Election service (v3electionpb): the front of a queue leads, and proclaims what its key holds. */
export class ElectionService {
  readonly #services: LocalServices;
  readonly #queue: LeaseQueue;
  readonly #onBehalf: (call: Call) => Promise<Call>;

  /** `onBehalf` gives the call with which the member acts for a caller. */
  constructor(services: LocalServices, queue: LeaseQueue, onBehalf: (call: Call) => Promise<Call>) {
    this.#services = services;
    this.#queue = queue;
    this.#onBehalf = onBehalf;
  }

  methods(): readonly AnyMethod[] {
    return [
      unary(`${service}/Campaign`, etcd.CampaignRequest, etcd.CampaignResponse, async (request, call) =>
        this.#campaign(request, await this.#onBehalf(call)),
      ),
      unary(`${service}/Proclaim`, etcd.ProclaimRequest, etcd.ProclaimResponse, async (request, call) => {
        const own = await this.#onBehalf(call);
        return { header: await this.#proclaim(present(request.leader), request.value, own) };
      }),
      unary(`${service}/Leader`, etcd.LeaderRequest, etcd.LeaderResponse, async ({ name }, call) =>
        this.#leader(name, await this.#onBehalf(call)),
      ),
      stream(
        `${service}/Observe`,
        etcd.LeaderRequest,
        etcd.LeaderResponse,
        async (requests, responses, call) => {
          const own = await this.#onBehalf(call);
          for await (const { name } of requests) return this.#observe(prefixOf(name), responses, own);
        },
      ),
      unary(`${service}/Resign`, etcd.ResignRequest, etcd.ResignResponse, async (request, call) => {
        const { key, rev } = present(request.leader);
        const own = await this.#onBehalf(call);
        return { header: await this.#queue.leave({ key, createRevision: rev }, own) };
      }),
    ];
  }

  /**
   * A second campaign with the same lease goes on with the first one's place, and proclaims its own value there. Where that
   * fails, the place stays: the first one may have been told that it leads.
   */
  async #campaign({ name, lease, value }: etcd.CampaignRequest, call: Call): Promise<etcd.CampaignResponse> {
    const place = await this.#queue.join(name, lease, value, call);
    const leader = { name, key: place.key, rev: place.createRevision, lease: place.lease };
    if (isOther(place, value)) await this.#proclaim(leader, value, call);
    await this.#queue.wait(place, call);
    return { header: place.header, leader };
  }

  async #proclaim(
    { key, rev, lease }: etcd.LeaderKey,
    value: Uint8Array,
    call: Call,
  ): Promise<etcd.ResponseHeader> {
    const put = etcd.PutRequest.create({ key, value, lease });
    const { succeeded, header } = await this.#services.txn(
      { compare: [createRevisionIs(key, rev)], success: [{ request: { case: 'put', value: put } }] },
      call,
    );
    if (!succeeded) throw refusal('election: not leader');
    return header!;
  }

  async #leader(name: Uint8Array, call: Call): Promise<etcd.LeaderResponse> {
    const { header, kvs } = await this.#services.range(firstIn(prefixOf(name)), call);
    if (kvs[0] === undefined) throw refusal('election: no leader');
    return { header, kv: kvs[0] };
  }

  /** Every leader in turn, and what it proclaims: each from the present on, so that values in between may be missed. */
  async #observe(
    prefix: Uint8Array,
    responses: ResponseSink<etcd.LeaderResponse>,
    call: Call,
  ): Promise<void> {
    for (;;) {
      const { header, kvs } = await this.#services.range(firstIn(prefix), call);
      const [kv] = kvs;
      if (kv !== undefined) await this.#observeLeader({ header, kv }, responses, call);
      else await this.#untilSomeoneLeads(prefix, header!.revision + 1, call);
    }
  }

  async #observeLeader(
    first: { readonly header: etcd.ResponseHeader | undefined; readonly kv: etcd.KeyValue },
    responses: ResponseSink<etcd.LeaderResponse>,
    call: Call,
  ): Promise<void> {
    if (!responses.send(first)) await responses.drained();
    const watched = { key: first.kv.key, startRevision: first.header!.revision + 1 };
    for await (const { header, events } of this.#services.watch([watched], call)) {
      for (const { type, kv } of events) {
        if (type === etcd.EventType.DELETE) return;
        if (!responses.send({ header, kv })) await responses.drained();
      }
    }
  }

  async #untilSomeoneLeads(prefix: Uint8Array, startRevision: number, call: Call): Promise<void> {
    for await (const { events } of this.#services.watch(
      [{ ...rangeOfPrefix(prefix), startRevision }],
      call,
    )) {
      if (events.some(({ type }) => type === etcd.EventType.PUT)) return;
    }
  }
}

function isOther({ earlierValue }: Place, value: Uint8Array): boolean {
  return earlierValue !== undefined && Buffer.compare(earlierValue, value) !== 0;
}

function present(leader: etcd.LeaderKey | undefined): etcd.LeaderKey {
  if (leader === undefined) throw refusal('"leader" field must be provided');
  return leader;
}

/** etcd gives these no code of their own. */
function refusal(message: string): etcd.EtcdError {
  return new etcd.EtcdError({ code: etcd.GrpcCode.Unknown, message });
}
