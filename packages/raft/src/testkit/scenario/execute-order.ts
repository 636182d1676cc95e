import { isHoldfastError, Timer } from '@holdfast/core';
import type { SimulatedHost } from '@holdfast/simulation';
import type { MemberChange } from '../../membership/configuration.ts';
import { hostOf } from '../member/member-name.ts';
import type { RaftNode } from './raft-node.ts';
import type { RaftOperation } from './raft-operation.ts';
import type { RaftRun } from './raft-run.ts';
import type { Order } from './raft-scenario-options.ts';

/** How long it takes to put a new disk in, in microseconds. */
const replacementTakes = 300_000;

/** How long a process takes to start anew, in microseconds. */
const restartTakes = 10_000;
/** And until it has read its disk. */
const recoveryTakes = 30_000;

/** How long it takes until a process whose disk failed is started anew. */
const supervisorTakes = 100_000;

/** Does what the operator orders, where somebody is there to do it; what comes of it, the run shows. */
export function executeOrder(operation: RaftOperation, run: RaftRun): void {
  switch (operation.kind) {
    case 'transfer': {
      tell(run.leader, run, ({ member }) => member.transferLeadership(run.lives.memberOf(operation.to)));
      return;
    }
    case 'campaign':
      campaign(operation.host, run);
      return;
    case 'change-members':
      changeMembers(operation, run);
      return;
    case 'leave-joint': {
      tell(run.leader, run, ({ member }) => member.proposeMembers({ kind: 'leave-joint' }));
      return;
    }
    case 'isolate-leader': {
      const { leader } = run;
      if (leader !== undefined) new Isolation(run, leader.host, run.memberHosts, operation.for);
      return;
    }
    case 'cut-from-leader': {
      const { leader } = run;
      if (leader !== undefined) new Isolation(run, leader.host, [operation.host], operation.for);
      return;
    }
    case 'restart': {
      const host = operation.host ?? run.leader?.host;
      if (host !== undefined && run.isRunning(host)) new Restart(run, host, operation.for);
      return;
    }
    case 'pause-leader': {
      const { leader } = run;
      if (leader !== undefined) new Pause(run, leader.host, operation.for);
      return;
    }
    case 'fumble-transfer': {
      const { leader } = run;
      if (leader === undefined) return;
      tell(leader, run, ({ member }) => member.transferLeadership(run.lives.memberOf(operation.to)));
      new Later(run, operation.after, () => {
        new Isolation(run, leader.host, run.memberHosts, operation.for);
      });
      return;
    }
    case 'abandon': {
      const { leader } = run;
      if (leader === undefined) return;
      const { host } = operation;
      new Isolation(run, leader.host, [host], operation.for);
      new Later(run, operation.after, () => {
        const others = run.memberHosts.filter((other) => other !== host && other !== leader.host);
        new Isolation(run, leader.host, others, operation.for);
        for (const other of others) if (run.isRunning(other)) new Restart(run, other, restartTakes);
        new Later(run, recoveryTakes, () => campaign(host, run));
      });
      return;
    }
    case 'drift': {
      const { partsPerMillion } = operation;
      for (const host of run.memberHosts) {
        run.simulation.host(host).drift(host === run.leader?.host ? -partsPerMillion : partsPerMillion);
      }
      return;
    }
    case 'lose-disk':
      if (canLose(operation.host, run)) new Restart(run, operation.host, replacementTakes).wipe();
  }
}

function campaign(host: string, run: RaftRun): void {
  if (run.isRunning(host)) tell(run.nodes.get(host), run, ({ member }) => member.campaign());
}

/** Where the disk of who is told fails meanwhile, its process ends, as it does when nobody tells it anything. */
function tell(node: RaftNode | undefined, run: RaftRun, act: (node: RaftNode) => unknown): void {
  if (node === undefined) return;
  try {
    act(node);
  } catch (error) {
    if (!isHoldfastError(error) || error.code !== 'DISK_FAILED') throw error;
    new Restart(run, node.host, supervisorTakes);
  }
}

function changeMembers(order: Extract<Order, { kind: 'change-members' }>, run: RaftRun): void {
  const { leader } = run;
  if (leader === undefined) return;
  const { voters, learners } = leader.member.raft!.configuration;
  const wanted = new Map<string, MemberChange['role']>();
  for (const member of [...voters, ...learners]) wanted.set(member, 'removed');
  for (const host of order.learners) wanted.set(run.lives.memberOf(host), 'learner');
  for (const host of order.voters) wanted.set(run.lives.memberOf(host), 'voter');
  const members = [...wanted]
    .filter(([member, role]) => role !== roleIn(leader.member.raft!.configuration, member))
    .map(([member, role]): MemberChange => ({ member, role }));
  if (members.length === 0) return;
  tell(leader, run, ({ member }) => member.proposeMembers({ kind: 'change', members, by: order.by }));
}

function roleIn(
  { voters, learners }: { readonly voters: readonly string[]; readonly learners: readonly string[] },
  member: string,
): MemberChange['role'] {
  if (voters.includes(member)) return 'voter';
  return learners.includes(member) ? 'learner' : 'removed';
}

/** One disk at a time, and only while all other members are there with theirs: a majority may need each of them. */
function canLose(host: string, run: RaftRun): boolean {
  const raft = run.leader?.member.raft;
  if (raft === undefined || raft.commitIndex < raft.lastIndex) return false;
  const { voters, outgoing } = raft.configuration;
  if (outgoing.length > 0 || voters.length < 3) return false;
  return voters.every((member) => {
    const home = hostOf(member);
    return run.lives.memberOf(home) === member && (home === host || run.isRunning(home));
  });
}

/** A host is down, and starts again. */
class Restart extends Timer {
  readonly #host: SimulatedHost;

  constructor({ simulation }: RaftRun, name: string, length: number) {
    super();
    this.#host = simulation.host(name);
    this.#host.crash();
    simulation.timers.arm(this, simulation.clock.now() + length);
  }

  /** Its disk is gone too. */
  wipe(): void {
    this.#host.disk.wipe();
  }

  override fire(): void {
    this.#host.start();
  }
}

/** Something happens later. */
class Later extends Timer {
  readonly #happen: () => void;

  constructor({ simulation }: RaftRun, after: number, happen: () => void) {
    super();
    this.#happen = happen;
    simulation.timers.arm(this, simulation.clock.now() + after);
  }

  override fire(): void {
    this.#happen();
  }
}

/** A host stands still for a while. */
class Pause extends Timer {
  readonly #host: SimulatedHost;

  constructor({ simulation }: RaftRun, name: string, length: number) {
    super();
    this.#host = simulation.host(name);
    this.#host.pause();
    simulation.timers.arm(this, simulation.clock.now() + length);
  }

  override fire(): void {
    this.#host.resume();
  }
}

/** Nothing gets from a host to some others, or back. */
class Isolation extends Timer {
  readonly #heals: readonly (() => void)[];

  constructor({ simulation }: RaftRun, name: string, others: readonly string[], length: number) {
    super();
    const { network, clock, timers } = simulation;
    this.#heals = others
      .filter((other) => other !== name)
      .flatMap((other) => [network.cut(name, other), network.cut(other, name)]);
    timers.arm(this, clock.now() + length);
  }

  override fire(): void {
    for (const heal of this.#heals) heal();
  }
}
