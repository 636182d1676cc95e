import type { Address } from '@holdfast/core';
import type { Configuration, Raft } from '@holdfast/raft';
import type { Member } from '../../etcd/membership.ts';
import type { MemberDirectory } from '../../state/member-directory.ts';
import type { MemberDescription } from '../cluster-member.ts';
import type { MemberIdentity } from '../log/identity.ts';
import { idOf, numberOf } from './member-id.ts';
import { addressOf } from './peer-url.ts';

/** What Raft says of who takes part. */
type Memberships = Pick<Raft<unknown>, 'configuration' | 'committedConfiguration'>;

/**
 * Who takes part, as Raft says, and how each is reached: as the state says, and before that as the member was told when
 * it first started.
 */
export class KnownMembers {
  readonly #identity: MemberIdentity;
  /** A snapshot brings another one. */
  readonly #state: { readonly members: MemberDirectory };
  readonly #raft: () => Memberships;
  /** The peer URLs of members of which others told, and the log has not yet. */
  #told: ReadonlyMap<string, readonly string[]> = new Map();

  constructor(
    identity: MemberIdentity,
    state: { readonly members: MemberDirectory },
    raft: () => Memberships,
  ) {
    this.#identity = identity;
    this.#state = state;
    this.#raft = raft;
  }

  /** Those who take part, voters and learners, by their ids: also by a change that may still be taken back. */
  list(): readonly MemberDescription[] {
    return this.#describeAll(this.#raft().configuration);
  }

  /** Those who take part for certain: what others are told, who act upon it. */
  committed(): readonly MemberDescription[] {
    return this.#describeAll(this.#raft().committedConfiguration);
  }

  get(id: string): MemberDescription | undefined {
    return this.list().find((member) => member.id === id);
  }

  /** By which a member is reached, whether it takes part yet or not; undefined for one of whom nothing is known. */
  peerUrls(id: string): readonly string[] | undefined {
    const listed = this.#state.members.get(numberOf(id));
    return listed?.peerUrls ?? this.#identity.peers.get(id) ?? this.#told.get(id);
  }

  /** Takes another member's word for who takes part, until the log says something else. */
  told(members: ReadonlyMap<string, readonly string[]>): void {
    this.#told = members;
  }

  /** The log has brought another configuration: who is not in it may be nobody. */
  configured(): void {
    const ids = this.#ids();
    this.#told = new Map([...this.#told].filter(([id]) => ids.has(id)));
  }

  isRemoved(id: string): boolean {
    return this.#state.members.isRemoved(numberOf(id));
  }

  /** Where the others are; those of whom no address is known are left out. */
  addresses(): Map<string, Address> {
    const ids = this.#ids();
    const { memberId, peers } = this.#identity;
    // A member that joins does not know its leader by the log: it has to answer first.
    if (!ids.has(memberId)) for (const id of peers.keys()) if (!this.isRemoved(id)) ids.add(id);
    for (const id of this.#told.keys()) if (!this.isRemoved(id)) ids.add(id);
    const addresses = new Map<string, Address>();
    for (const id of ids) {
      const address = (this.peerUrls(id) ?? []).map(addressOf).find((found) => found !== undefined);
      if (id !== memberId && address !== undefined) addresses.set(id, address);
    }
    return addresses;
  }

  /** Members of the state that do not take part: a change was begun and not finished, or a removal is to be noted. */
  strays(): readonly Member[] {
    const members = new Set(this.list().map(({ id }) => id));
    return this.#state.members.list().filter(({ id }) => !members.has(idOf(id)));
  }

  /** Members who take part and are not in the state yet: those of the very beginning. */
  unlisted(): readonly MemberDescription[] {
    return this.list().filter(({ id }) => this.#state.members.get(numberOf(id)) === undefined);
  }

  #ids({ voters, outgoing, learners } = this.#raft().configuration): Set<string> {
    return new Set([...voters, ...outgoing, ...learners]);
  }

  #describeAll(configuration: Configuration): readonly MemberDescription[] {
    const { learners } = configuration;
    return [...this.#ids(configuration)].sort().map((id) => this.#describe(id, learners.includes(id)));
  }

  #describe(id: string, learner: boolean): MemberDescription {
    const listed = this.#state.members.get(numberOf(id));
    const { name, clientUrls } = listed ?? { name: this.#identity.names.get(id) ?? '', clientUrls: [] };
    return { id, name, peerUrls: this.peerUrls(id) ?? [], clientUrls, learner };
  }
}
