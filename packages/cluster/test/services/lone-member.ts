import type { World } from '@holdfast/core';
import { EtcdError, etcdRefusals } from '../../src/etcd/index.ts';
import type { ClusterMember, MemberDescription, MemberStatus } from '../../src/member/cluster-member.ts';
import type { ClusterReport } from '../../src/member/inspection/cluster-report.ts';
import type { Applied, StateSnapshot } from '../../src/state/state-machine.ts';
import type { Store } from '../../src/state/store.ts';

/** A cluster of one member without a log: what is proposed is applied at once. For tests of what stands on a member. */
export class LoneMember implements ClusterMember {
  readonly id = 'fedcba9876543210';
  readonly clusterId = '00c0ffee00c0ffee';
  readonly name = 'lone';
  readonly stopped = new Promise<void>(() => {});
  /** What {@link status} says beside what follows from the state. */
  readonly condition: { role: MemberStatus['role']; leader: string | undefined } = {
    role: 'leader',
    leader: this.id,
  };
  readonly others: MemberDescription[] = [];
  readonly #store: Store;
  readonly #world: World;
  readonly #renewed = new Map<bigint, number>();
  readonly #listeners = new Set<(leader: string | undefined) => void>();
  #index = 0;
  #idling = false;

  constructor(store: Store, world: World) {
    this.#store = store;
    this.#world = world;
    store.onWork = () => this.#idleSoon();
  }

  async propose(command: Uint8Array): Promise<Applied> {
    // Later, and with bytes of its own: as a member that asks others would.
    await null;
    return this.#store.apply(command.slice(), ++this.#index, 7, this.clusterTime());
  }

  async readBarrier(): Promise<void> {}

  async renewLease(id: bigint): Promise<number> {
    const lease = this.#store.leases.get(id);
    if (lease === undefined) return 0;
    this.#renewed.set(id, this.#world.clock.now());
    return lease.ttl;
  }

  async leaseTimeLeft(id: bigint): Promise<number> {
    return this.#store.leases.get(id)?.ttl ?? -1;
  }

  async addMember(peerUrls: readonly string[], learner: boolean): Promise<MemberDescription> {
    const id = (0xabcn + BigInt(this.others.length)).toString(16).padStart(16, '0');
    const member = { id, name: '', peerUrls, clientUrls: [], learner };
    this.others.push(member);
    return member;
  }

  async inspectJournal(): Promise<undefined> {}

  async report(): Promise<Omit<ClusterReport, 'alarms'>> {
    return { name: this.clusterId, members: [], leases: [], leasesOmitted: 0 };
  }

  async removeMember(id: string): Promise<void> {
    const index = this.others.findIndex((other) => other.id === id);
    if (index < 0) throw new EtcdError(etcdRefusals.memberNotFound);
    this.others.splice(index, 1);
  }

  async updateMember(): Promise<void> {
    throw new EtcdError(etcdRefusals.memberNotFound);
  }

  async promoteMember(): Promise<void> {
    throw new EtcdError(etcdRefusals.memberNotFound);
  }

  members(): readonly MemberDescription[] {
    const { id, name } = this;
    return [
      {
        id,
        name,
        peerUrls: ['http://127.0.0.1:2380'],
        clientUrls: ['http://127.0.0.1:2379'],
        learner: false,
      },
      ...this.others,
    ];
  }

  async moveLeader(to: string | undefined): Promise<void> {
    this.setLeader(to);
  }

  setLeader(leader: string | undefined): void {
    this.condition.leader = leader;
    for (const listener of this.#listeners) listener(leader);
  }

  snapshot(): StateSnapshot {
    return this.#store.snapshot();
  }

  links(): readonly [] {
    return [];
  }

  status(): MemberStatus {
    return {
      ...this.condition,
      term: 7,
      commitIndex: this.#index,
      appliedIndex: this.#index,
      lastIndex: this.#index,
      firstIndex: 1,
      revision: this.#store.revision,
      stateBytes: this.#store.bytesReserved,
      stateBytesInUse: this.#store.bytesInUse,
      readOnly: false,
      leaderChanges: 0,
      proposalsPending: 0,
      proposalsFailed: 0,
      proposalsApplied: this.#index,
      slowApplies: 0,
      slowReads: 0,
      readsFailed: 0,
    };
  }

  clusterTime(): number {
    return this.#world.clock.now();
  }

  onLeaderChange(listener: (leader: string | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {}

  #idleSoon(): void {
    if (this.#idling) return;
    this.#idling = true;
    setImmediate(() => {
      this.#idling = false;
      if (this.#store.idle(2_000, () => this.#world.clock.now())) this.#idleSoon();
    });
  }
}
