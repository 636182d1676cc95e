import { Timer } from '@holdfast/core';
import type { SimulatedHost } from '@holdfast/simulation';
import type { MemberChange } from '../../configuration.ts';
import { hostOf } from '../member/member-name.ts';
import type { RaftOperation } from './raft-operation.ts';
import type { RaftRun } from './raft-run.ts';
import type { Order } from './raft-scenario-options.ts';

/** How long it takes to put a new disk in, in microseconds. */
const replacementTakes = 300_000;

/** Does what the operator orders, where somebody is there to do it; what comes of it, the run shows. */
export function executeOrder(operation: RaftOperation, run: RaftRun): void {
  switch (operation.kind) {
    case 'transfer': {
      run.leader?.member.transferLeadership(run.lives.memberOf(operation.to));
      return;
    }
    case 'campaign': {
      if (run.isRunning(operation.host)) run.nodes.get(operation.host)!.member.campaign();
      return;
    }
    case 'change-members':
      changeMembers(operation, run);
      return;
    case 'leave-joint': {
      run.leader?.member.proposeMembers({ kind: 'leave-joint' });
      return;
    }
    case 'drift':
      run.simulation.host(operation.host).drift(operation.partsPerMillion);
      return;
    case 'lose-disk':
      if (canLose(operation.host, run)) new Replacement(run, operation.host);
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
  if (members.length > 0) leader.member.proposeMembers({ kind: 'change', members, by: order.by });
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
  if (raft === undefined || raft.configuration.outgoing.length > 0) return false;
  const { voters } = raft.configuration;
  return voters.every((member) => {
    const home = hostOf(member);
    return run.lives.memberOf(home) === member && (home === host || run.isRunning(home));
  });
}

/** The host is down, gets an empty disk, and starts again. */
class Replacement extends Timer {
  readonly #host: SimulatedHost;

  constructor(run: RaftRun, name: string) {
    super();
    const { simulation } = run;
    this.#host = simulation.host(name);
    this.#host.crash();
    this.#host.disk.wipe();
    simulation.timers.arm(this, simulation.clock.now() + replacementTakes);
  }

  override fire(): void {
    this.#host.start();
  }
}
