import { EtcdError, etcdRefusals } from '../etcd/etcd-errors.ts';
import {
  type Member,
  MemberAddRequest,
  MemberAddResponse,
  MemberListRequest,
  MemberListResponse,
  MemberPromoteRequest,
  MemberPromoteResponse,
  MemberRemoveRequest,
  MemberRemoveResponse,
  MemberUpdateRequest,
  MemberUpdateResponse,
} from '../etcd/membership.ts';
import type { MemberDescription } from '../member/cluster-member.ts';
import type { Call } from './call.ts';
import { hexId } from './hex-id.ts';
import { type AnyMethod, unary } from './method.ts';
import type { ServiceParts } from './service-parts.ts';

/** etcd's Cluster service. */
export class ClusterService {
  readonly #parts: ServiceParts;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  methods(): readonly AnyMethod[] {
    return [
      unary('/etcdserverpb.Cluster/MemberAdd', MemberAddRequest, MemberAddResponse, (request, call) =>
        this.#add(request, call),
      ),
      unary(
        '/etcdserverpb.Cluster/MemberRemove',
        MemberRemoveRequest,
        MemberRemoveResponse,
        (request, call) => this.#remove(request, call),
      ),
      unary(
        '/etcdserverpb.Cluster/MemberUpdate',
        MemberUpdateRequest,
        MemberUpdateResponse,
        (request, call) => this.#update(request, call),
      ),
      unary(
        '/etcdserverpb.Cluster/MemberPromote',
        MemberPromoteRequest,
        MemberPromoteResponse,
        (request, call) => this.#promote(request, call),
      ),
      unary('/etcdserverpb.Cluster/MemberList', MemberListRequest, MemberListResponse, (request, call) =>
        this.#list(request, call),
      ),
    ];
  }

  async #add({ peerUrls, isLearner }: MemberAddRequest, call: Call): Promise<MemberAddResponse> {
    const { callers, headers, member } = this.#parts;
    await callers.identifyRoot(call);
    checkUrls(peerUrls);
    const added = await member.addMember(peerUrls, isLearner, { signal: call.signal });
    return { header: headers.now(), member: toMember(added), members: this.#members() };
  }

  async #remove({ id }: MemberRemoveRequest, call: Call): Promise<MemberRemoveResponse> {
    const { callers, headers, member } = this.#parts;
    await callers.identifyRoot(call);
    await member.removeMember(hexId(id), { signal: call.signal });
    return { header: headers.now(), members: this.#members() };
  }

  async #update({ id, peerUrls }: MemberUpdateRequest, call: Call): Promise<MemberUpdateResponse> {
    const { callers, headers, member } = this.#parts;
    await callers.identifyRoot(call);
    checkUrls(peerUrls);
    await member.updateMember(hexId(id), peerUrls, { signal: call.signal });
    return { header: headers.now(), members: this.#members() };
  }

  async #promote({ id }: MemberPromoteRequest, call: Call): Promise<MemberPromoteResponse> {
    const { callers, headers, member } = this.#parts;
    await callers.identifyRoot(call);
    await member.promoteMember(hexId(id), { signal: call.signal });
    return { header: headers.now(), members: this.#members() };
  }

  /** As this member knows them, which may be a little behind. */
  async #list({ linearizable }: MemberListRequest, call: Call): Promise<MemberListResponse> {
    const { callers, headers, member } = this.#parts;
    await callers.identifyNamed(call);
    if (linearizable) await member.readBarrier({ signal: call.signal });
    return { header: headers.now(), members: this.#members() };
  }

  #members(): Member[] {
    return this.#parts.member.members().map(toMember);
  }
}

function toMember({ id, name, peerUrls, clientUrls, learner }: MemberDescription): Member {
  return { id: BigInt(`0x${id}`), name, peerUrls, clientUrls, isLearner: learner };
}

/** At least one, each with nothing but scheme, host and port. */
function checkUrls(urls: readonly string[]): void {
  const valid =
    urls.length > 0 &&
    urls.every((url) => /^(?:https?):\/\/(?:\[[\da-fA-F:.]+\]|[^\s/:@[\]]+):\d{1,5}$/.test(url));
  if (!valid) throw new EtcdError(etcdRefusals.memberBadUrls);
}
