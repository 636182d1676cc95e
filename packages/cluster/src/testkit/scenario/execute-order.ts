import { sleep, Timer, type World } from '@holdfast/core';
import type { SimulatedHost } from '@holdfast/simulation';
import { CompactionRequest } from '../../etcd/kv.ts';
import { encodeCommand } from '../../state/command.ts';
import type { Order } from './cluster-operation.ts';
import type { ClusterRun } from './cluster-run.ts';
import { Replacement } from './replacement.ts';

/** Does what the operator orders, where somebody is there to do it. */
export async function executeOrder(order: Order, run: ClusterRun): Promise<void> {
  switch (order.kind) {
    case 'move-leader':
      await moveLeader(run, undefined);
      return;
    case 'isolate-leader': {
      const { leader } = run;
      if (leader !== undefined) new Isolation(run, leader.host, order.for);
      return;
    }
    case 'outrun':
      await outrun(run, order);
      return;
    case 'hand-over':
      await handOver(run, order);
      return;
    case 'come-back':
      await comeBack(run, order);
      return;
    case 'compact':
      await compact(run, order.keeping);
      return;
    case 'drift':
      run.simulation.host(order.host).drift(order.partsPerMillion);
      return;
    case 'restart':
      if (run.isRunning(order.host)) new Restart(run, order.host, order.for);
      return;
    case 'stop': {
      const node = run.isRunning(order.host) ? run.nodes.get(order.host) : undefined;
      if (node === undefined) return;
      await node.stop();
      // Another process may be there by now.
      if (run.nodes.get(order.host) === node) new Restart(run, order.host, order.for);
      return;
    }
    case 'lose-disk':
      await alone(run, (replacement) => replacement.loseDisk(order.host));
      return;
    case 'repair':
      await repair(run);
      return;
    case 'replace':
      await alone(run, (replacement) => replacement.replace(order.host, order.by));
  }
}

async function compact({ leader }: ClusterRun, keeping: number): Promise<void> {
  if (leader === undefined) return;
  const revision = leader.store.revision - keeping;
  const payload = CompactionRequest.encode(CompactionRequest.create({ revision }));
  const command = encodeCommand({ kind: 'compact', payload });
  await leader.act((member) => member.propose(command)).catch(() => undefined);
}

/** Where it can be. */
async function moveLeader({ leader }: ClusterRun, to: string | undefined): Promise<void> {
  await leader?.act((member) => member.moveLeader(to)).catch(() => undefined);
}

/** Replaces a member that has found its disk damaged, if there is one. */
export async function repair(run: ClusterRun): Promise<void> {
  const [host] = run.damaged;
  if (host !== undefined) await alone(run, (replacement) => replacement.repair(host));
}

/** One change of the membership at a time. */
async function alone(run: ClusterRun, act: (replacement: Replacement) => Promise<void>): Promise<void> {
  if (run.replacing) return;
  run.replacing = true;
  await act(new Replacement(run));
  run.replacing = false;
}

/** A host is down, and starts again. */
class Restart extends Timer {
  readonly #host: SimulatedHost;

  constructor({ simulation }: ClusterRun, name: string, length: number) {
    super();
    this.#host = simulation.host(name);
    this.#host.crash();
    simulation.timers.arm(this, simulation.clock.now() + length);
  }

  override fire(): void {
    this.#host.start();
  }
}

/** Nothing gets from a host to the others, or back. */
class Isolation extends Timer {
  readonly #heals: readonly (() => void)[];

  constructor({ simulation, hosts }: ClusterRun, name: string, length: number) {
    super();
    const { network, clock, timers } = simulation;
    this.#heals = hosts
      .filter((other) => other !== name)
      .flatMap((other) => [network.cut(name, other), network.cut(other, name)]);
    timers.arm(this, clock.now() + length);
  }

  override fire(): void {
    for (const heal of this.#heals) heal();
  }
}

/** Leadership goes to `host`, or to another follower where that leads; as soon as it campaigns, the former leader is cut off. */
async function handOver(
  run: ClusterRun,
  { host, for: length, isolated }: Extract<Order, { kind: 'hand-over' }>,
): Promise<void> {
  const { leader, running, simulation } = run;
  const followers = running.filter((node) => node !== leader);
  const { member, host: to } = followers.find((node) => node.host === host) ?? followers[0] ?? {};
  if (leader === undefined || member === undefined || to === undefined) return;
  const world = operatorOf(simulation);
  void moveLeader(run, member.id);
  for (let look = 0; member.status().role === 'follower'; look++) {
    if (look === looksMax) return;
    await sleep(2, { world });
  }
  if (isolated) {
    new Isolation(run, leader.host, length);
    return;
  }
  const heal = simulation.network.cut(leader.host, to);
  await sleep(length / 1_000, { world });
  heal();
}

/** Leadership goes away from a leader and comes back, while nothing gets there from `host`. */
async function comeBack(
  run: ClusterRun,
  { host, for: length }: Extract<Order, { kind: 'come-back' }>,
): Promise<void> {
  const { leader, simulation } = run;
  if (leader === undefined || leader.host === host) return;
  const world = operatorOf(simulation);
  const heal = simulation.network.cut(host, leader.host);
  await sleep(length / 10_000, { world });
  for (let moves = 0; moves < 2 && leader.member !== undefined; moves++) {
    const to = moves === 0 ? undefined : leader.member.id;
    await Promise.race([moveLeader(run, to), sleep(length / 1_000, { world })]);
  }
  heal();
}

function operatorOf(simulation: ClusterRun['simulation']): World {
  const { clock, timers } = simulation;
  return { clock, timers, random: simulation.random('operator') };
}

/** Milliseconds between two looks at a follower that catches up, and how often it is looked at. */
const lookEvery = 10;
const looksMax = 200;

/** A follower hears nothing from the leader, and as soon as it has had to take a snapshot, another one leads. */
async function outrun(
  run: ClusterRun,
  { host, for: length }: Extract<Order, { kind: 'outrun' }>,
): Promise<void> {
  const { leader, simulation } = run;
  const status = () => (run.isRunning(host) ? run.nodes.get(host)?.member?.status() : undefined);
  const before = status()?.appliedIndex;
  if (leader === undefined || leader.host === host || before === undefined) return;
  const world = operatorOf(simulation);
  const heal = simulation.network.cut(leader.host, host);
  await sleep(length / 1_000, { world });
  heal();
  for (let look = 0; look < looksMax && (status()?.firstIndex ?? 0) <= before + 1; look++) {
    await sleep(lookEvery, { world });
  }
  await moveLeader(run, undefined);
}
