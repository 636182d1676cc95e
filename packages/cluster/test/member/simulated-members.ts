import { sleep } from '@holdfast/core';
import { SimulatedWorld } from '@holdfast/simulation';
import { openJournal, storageErrors } from '@holdfast/storage';
import { openPeers } from '@holdfast/transport';
import { PutRequest } from '../../src/etcd/kv.ts';
import type { ClusterMember } from '../../src/member/cluster-member.ts';
import type { MemberEngines } from '../../src/member/member-engines.ts';
import type { MemberOptions } from '../../src/member/member-options.ts';
import { startMemberOn } from '../../src/member/start-member.ts';
import { encodeCommand } from '../../src/state/command.ts';
import { Store } from '../../src/state/store.ts';

export interface SimulatedMember {
  readonly member: ClusterMember;
  readonly store: Store;
}

/** Members on simulated hosts, one at a time of each name. */
export class SimulatedMembers {
  readonly world: SimulatedWorld;
  readonly running: Map<string, SimulatedMember> = new Map();
  /** What starting the latest process of a host came to. */
  readonly failed: Map<string, unknown> = new Map();
  readonly options: Map<string, Partial<MemberOptions>> = new Map();
  readonly #names: readonly string[];
  /** Which snapshots no host can read. */
  unreadable: (id: string) => boolean = () => false;
  readonly #engines: MemberEngines = {
    openPeers,
    openJournal: async (world, { directory, segmentBytes }) => {
      const journal = await openJournal({ world, disk: world.disk, directory, segmentBytes });
      const { snapshots } = journal;
      const open = snapshots.open.bind(snapshots);
      snapshots.open = async (id) => {
        if (this.unreadable(id))
          throw storageErrors.create('SNAPSHOT_DAMAGED', { message: `${id} is damaged` });
        return open(id);
      };
      return journal;
    },
  };

  constructor(names: readonly string[], seed: number = 1) {
    this.world = new SimulatedWorld({ seed });
    this.#names = names;
    for (const name of names) this.add(name);
  }

  add(name: string, options: Partial<MemberOptions> = {}): void {
    this.options.set(name, options);
    this.world.addHost(name, async (context) => {
      const store = new Store();
      this.running.delete(name);
      this.failed.delete(name);
      try {
        const initialCluster = new Map([...this.#names, name].map((each) => [each, [peerUrl(each)]]));
        const member = await startMemberOn(this.#engines, {
          world: context,
          name,
          state: store,
          initialCluster,
          nativeUrls: [`tcp://${name}:2379`],
          segmentBytes: 1 << 14,
          snapshots: { logEntries: 50, tailEntries: 10 },
          ...this.options.get(name),
        });
        this.running.set(name, { member, store });
        await member.stopped;
      } catch (error) {
        this.failed.set(name, error);
      }
      this.running.delete(name);
    });
  }

  get(name: string): SimulatedMember {
    return this.running.get(name)!;
  }

  get leader(): ClusterMember | undefined {
    return [...this.running.values()].find(({ member }) => member.status().role === 'leader')?.member;
  }

  /** Lets time pass until something is done, for ten seconds at most. */
  async during<Result>(work: Promise<Result>): Promise<Result> {
    let over = false;
    const end = (): void => {
      over = true;
    };
    work.then(end, end);
    for (let rounds = 0; rounds < 1_000 && !over; rounds++) await this.world.runFor('10ms');
    return work;
  }

  /** Lets time pass until there is a leader. */
  async elect(): Promise<ClusterMember> {
    for (let rounds = 0; rounds < 1_000 && this.leader === undefined; rounds++)
      await this.world.runFor('10ms');
    return this.leader!;
  }

  sleep(milliseconds: number): Promise<void> {
    const { clock, timers } = this.world;
    return sleep(milliseconds, { world: { clock, timers, random: this.world.random('test') } });
  }
}

export function peerUrl(name: string): string {
  return `http://${name}:2380`;
}

export function putCommand(key: string, value: string): Uint8Array {
  const encoder = new TextEncoder();
  const request = PutRequest.create({ key: encoder.encode(key), value: encoder.encode(value) });
  return encodeCommand({ kind: 'put', payload: PutRequest.encode(request) });
}
