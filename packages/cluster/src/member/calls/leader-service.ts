import { type HoldfastError, sleep, type World } from '@holdfast/core';
import type { RaftStatus } from '@holdfast/raft';
import { clusterErrors } from '../../errors.ts';
import { EtcdError, etcdRefusals } from '../../etcd/etcd-errors.ts';
import type { LeaseKeeper } from '../leases/lease-keeper.ts';
import type { MembershipChanges } from '../membership/membership-changes.ts';
import type { LeaderMethod } from '../peers/call-messages.ts';
import type { RaftDriver } from '../raft-driver.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';

export interface LeaderServiceOptions {
  readonly world: World;
  readonly driver: RaftDriver;
  readonly leases: LeaseKeeper;
  readonly changes: MembershipChanges;
  /** Microseconds. */
  readonly electionTimeout: number;
}

/** Milliseconds between two looks whether leadership has moved. */
const lookEvery = 5;
/** Whose answers end with the entry up to which who asked applies the log before it knows what was done. */
const membershipMethods: ReadonlySet<LeaderMethod> = new Set([
  'add-member',
  'remove-member',
  'update-member',
  'promote-member',
]);

/** What the member that leads does for the others, and for itself. */
export class LeaderService {
  readonly #options: LeaderServiceOptions;
  #stopped = false;

  constructor(options: LeaderServiceOptions) {
    this.#options = options;
  }

  /** @throws EtcdError; HoldfastError LEADER_CHANGED when this member does not lead. */
  async serve(method: LeaderMethod, body: Uint8Array): Promise<Uint8Array> {
    const { changes, driver, electionTimeout, leases } = this.#options;
    if (driver.role !== 'leader') throw notLeader(driver.raft.id);
    const reader = new ByteReader(body);
    const writer = new ByteWriter();
    switch (method) {
      case 'add-member': {
        const learner = reader.u8() === 1;
        writer.text((await changes.add(reader.texts(), learner)).id);
        break;
      }
      case 'remove-member':
        await changes.remove(reader.text());
        break;
      case 'update-member':
        await changes.update(reader.text(), reader.texts());
        break;
      case 'promote-member':
        await changes.promote(reader.text());
        break;
      case 'move-leader': {
        const to = reader.text();
        await this.handOver(to === '' ? undefined : to, electionTimeout);
        break;
      }
      case 'renew-lease':
        writer.u48(await leases.renew(reader.u64()));
        break;
      case 'lease-time-left':
        writer.u64(BigInt(await leases.timeLeft(reader.u64())));
        break;
    }
    if (membershipMethods.has(method)) writer.u48(driver.raft.commitIndex);
    return writer.take();
  }

  /** Hands leadership to `to`, or to the fittest; resolves once another member leads. @throws EtcdError. */
  async handOver(to: string | undefined, timeout: number): Promise<void> {
    const { driver, world } = this.#options;
    const self = driver.raft.id;
    const target = to ?? this.#fittest();
    if (target === self) return;
    if (target === undefined || driver.transferLeadership(target) !== undefined) {
      throw new EtcdError(etcdRefusals.badLeaderTransferee);
    }
    const until = world.clock.now() + timeout;
    while (driver.leader === self || driver.leader === undefined) {
      if (this.#stopped || world.clock.now() >= until) throw new EtcdError(etcdRefusals.timeout);
      await sleep(lookEvery, { world });
    }
  }

  /** Begins to hand leadership to the fittest, if there is one. */
  beginHandOver(): void {
    const to = this.#fittest();
    if (to !== undefined) this.#options.driver.transferLeadership(to);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** The voter that has most of the log, of those that were heard of lately. */
  #fittest(): string | undefined {
    const { driver, electionTimeout, world } = this.#options;
    const { peers, configuration }: RaftStatus = driver.raft.status();
    const since = world.clock.now() - electionTimeout;
    let best: RaftStatus['peers'][number] | undefined;
    for (const peer of peers) {
      if (!configuration.voters.includes(peer.id) || peer.heardAt < since) continue;
      if (best === undefined || peer.match > best.match) best = peer;
    }
    return best?.id;
  }
}

export function notLeader(id: string): HoldfastError<'LEADER_CHANGED'> {
  return clusterErrors.create('LEADER_CHANGED', {
    message: `member ${id} does not lead`,
    executed: 'no',
    retryable: 'safe',
  });
}
