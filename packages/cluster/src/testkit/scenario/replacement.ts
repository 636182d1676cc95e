import { isHoldfastError, sleep, type World } from '@holdfast/core';
import { EtcdError, etcdRefusals } from '../../etcd/etcd-errors.ts';
import type { ClusterMember } from '../../member/cluster-member.ts';
import { numberOf } from '../../member/membership/member-id.ts';
import { type ClusterRun, peerUrlOf } from './cluster-run.ts';

/** Milliseconds between two attempts of the operator. */
const patience = 100;

/**
 * An operator at work who changes the membership: one change at a time, each tried until it is made, or turns out to have
 * been made already.
 */
export class Replacement {
  readonly #run: ClusterRun;
  readonly #world: World;

  constructor(run: ClusterRun) {
    this.#run = run;
    const { clock, timers } = run.simulation;
    this.#world = { clock, timers, random: run.simulation.random('operator') };
  }

  /** The disk of `host` is gone: its member is removed, and another one added there. */
  async loseDisk(host: string): Promise<void> {
    const id = this.#canLose(host);
    if (id === undefined) return;
    const simulated = this.#run.simulation.host(host);
    simulated.crash();
    simulated.disk.wipe();
    // Whoever starts it there as if nothing had happened finds it turned away.
    simulated.start();
    await this.#remove(id);
    await this.#add(host);
    simulated.disk.restored();
  }

  /** The disk of `host` is damaged, and its member has ended for it: it is removed, and another one added there. */
  async repair(host: string): Promise<void> {
    await this.#until(async (leader) => {
      const id = this.#idAt(leader, host);
      if (id !== undefined) await leader.removeMember(id);
    });
    const simulated = this.#run.simulation.host(host);
    simulated.crash();
    simulated.disk.wipe();
    this.#run.damaged.delete(host);
    await this.#add(host);
    if (!this.#run.damaged.has(host)) simulated.disk.restored();
  }

  /** A member on `by` takes the place of the one on `host`. */
  async replace(host: string, by: string): Promise<void> {
    const { vacant, simulation } = this.#run;
    const id = this.#run.nodes.get(host)?.member?.id;
    if (id === undefined || !vacant.has(by) || vacant.has(host)) return;
    const spare = simulation.host(by);
    spare.crash();
    spare.disk.wipe();
    spare.disk.restored();
    await this.#add(by);
    await this.#remove(id);
    vacant.add(host);
  }

  /** Adds a member on `host` as a learner, starts it, and promotes it as soon as it has caught up. */
  async #add(host: string): Promise<void> {
    const { joining, vacant, simulation } = this.#run;
    await this.#until(async (leader) => {
      if (this.#idAt(leader, host) === undefined) await leader.addMember([peerUrlOf(host)], true);
    });
    joining.add(host);
    vacant.delete(host);
    const simulated = simulation.host(host);
    simulated.crash();
    simulated.start();
    await this.#until(async (leader) => {
      // Damaged again, it is to be replaced again.
      if (this.#run.damaged.has(host)) return;
      const member = leader.members().find(({ peerUrls }) => peerUrls.includes(peerUrlOf(host)));
      if (member?.learner === true) await leader.promoteMember(member.id);
    });
  }

  #remove(id: string): Promise<void> {
    return this.#until(async (leader) => {
      if (leader.members().some((member) => member.id === id)) await leader.removeMember(id);
    });
  }

  /** Has the leader of the moment do something, until that succeeds. */
  async #until(act: (leader: ClusterMember) => Promise<void>): Promise<void> {
    for (;;) {
      const { leader } = this.#run;
      if (leader !== undefined) {
        try {
          // A member that crashes never answers.
          const done = await Promise.race([
            leader.act(act).then(() => true),
            sleep(3_000, { world: this.#world }),
          ]);
          if (done === true) return;
        } catch (error) {
          if (error instanceof EtcdError ? hopeless.has(error.message) : !isHoldfastError(error)) throw error;
        }
      }
      await sleep(patience, { world: this.#world });
    }
  }

  #idAt(leader: ClusterMember, host: string): string | undefined {
    return leader.members().find(({ peerUrls }) => peerUrls.includes(peerUrlOf(host)))?.id;
  }

  /** The member on `host`, if all the others are there with their disks, so that a majority needs none of its. */
  #canLose(host: string): string | undefined {
    const { leader } = this.#run;
    const members = leader?.member?.members();
    if (leader === undefined || members === undefined || members.length < 3) return undefined;
    const { appliedIndex, lastIndex } = leader.member!.status();
    if (appliedIndex < lastIndex) return undefined;
    const up = this.#run.running.map(({ member }) => member!.id);
    // Who has not told its name yet cannot be known for one that has lost its log: founders' names stand in their options, too.
    const hasStarted = (id: string): boolean => (leader.store.members.get(numberOf(id))?.name ?? '') !== '';
    const allUp = members.every(({ id, learner }) => up.includes(id) && hasStarted(id) && !learner);
    return allUp ? this.#run.nodes.get(host)?.member?.id : undefined;
  }
}

const hopeless: ReadonlySet<string> = new Set([etcdRefusals.memberBadUrls.message]);
