import { assert, type Duration, isHoldfastError, toMicros } from '@holdfast/core';
import type { HostContext, SimulatedHost, Simulation } from '@holdfast/simulation';
import type { Consensus } from '../../consensus.ts';
import type { ConsensusProtocol } from '../consensus-protocol.ts';
import { Agreement } from './agreement.ts';
import { Proposal } from './proposal.ts';

/** How far time is let go on between two looks at a condition. */
const step = 1_000;

/**
 * A cluster of any consensus algorithm in a simulated world, and what a test does to it. After every event it checks
 * what must hold always: see {@link Agreement}.
 */
export class SimulatedCluster {
  readonly simulation: Simulation;
  readonly agreement: Agreement = new Agreement();
  /** The members' hosts, by name. */
  readonly members: readonly string[];
  /** All that was proposed and taken, in order. */
  readonly proposals: Proposal[] = [];
  readonly #running = new Map<string, Consensus>();
  #values = 0;

  constructor(simulation: Simulation, protocol: ConsensusProtocol, size: number) {
    this.simulation = simulation;
    this.members = Array.from({ length: size }, (_, index) => `member-${index + 1}`);
    const program = (context: HostContext): void => {
      this.#running.set(context.host, protocol.member(context, { members: this.members }));
    };
    simulation.onEvent = () => this.#observe();
    for (const name of this.members) simulation.addHost(name, program);
  }

  /** The member of that name. @throws HoldfastError ASSERTION_FAILED while its host is down. */
  member(name: string): Consensus {
    const member = this.#running.get(name);
    assert(member !== undefined, `${name} is up`);
    return member;
  }

  /** The members that are up and do not stand still. */
  get up(): readonly string[] {
    return this.members.filter((name) => this.#isUp(name));
  }

  /** Who leads: of several that believe so, the one of the highest term. */
  get leader(): string | undefined {
    let leader: string | undefined;
    for (const name of this.up) {
      const { state, term } = this.member(name);
      if (state !== 'leader') continue;
      if (leader === undefined || term > this.member(leader).term) leader = name;
    }
    return leader;
  }

  /** Hands the next new value to `name`; undefined when it does not take it. */
  proposeTo(name: string): Proposal | undefined {
    const proposal = new Proposal(`value-${++this.#values}`, name);
    const member = this.member(name);
    this.agreement.proposing(proposal.value);
    try {
      const id = member.propose(proposal.value);
      this.proposals.push(proposal);
      member.waitCommitted(id, (outcome) => proposal.answer(outcome, member));
    } catch (error) {
      if (isHoldfastError(error) && (error.code === 'NOT_LEADER' || error.code === 'PROPOSAL_REFUSED')) {
        return undefined;
      }
      throw error;
    }
    return proposal;
  }

  /** Has a new value decided by whoever leads, however often it takes. */
  decide(within: Duration = '30s'): Proposal {
    let proposal: Proposal | undefined;
    this.runUntil(
      'a new value is decided',
      () => {
        const lost =
          proposal !== undefined && (proposal.outcome === 'lost' || proposal.outcome === 'unknown');
        const gone = proposal !== undefined && !this.#leads(proposal.member);
        if (proposal === undefined || lost || gone) {
          const { leader } = this;
          proposal = leader === undefined ? undefined : this.proposeTo(leader);
        }
        return proposal?.outcome === 'committed';
      },
      within,
    );
    return proposal!;
  }

  /** Lets time pass until `condition` holds. @throws HoldfastError ASSERTION_FAILED when it does not `within` that. */
  runUntil(what: string, condition: () => boolean, within: Duration = '30s'): void {
    const deadline = this.simulation.clock.now() + toMicros(within, 'within');
    while (!condition()) {
      assert(this.simulation.clock.now() < deadline, `${what}, within ${within}; ${this.describe()}`);
      this.simulation.runForSync(`${step}us`);
    }
  }

  runFor(duration: Duration): void {
    this.simulation.runForSync(duration);
  }

  /** Waits for a leader that all of `names` follow. */
  electLeader(names: readonly string[] = this.#hostsUp()): string {
    this.runUntil(`${names.join(', ')} follow one leader`, () => {
      if (!names.every((name) => this.#isUp(name))) return false;
      const { leader } = this.member(names[0]!);
      if (leader === undefined || !this.#isUp(leader)) return false;
      const { state, term } = this.member(leader);
      return state === 'leader' && names.every((name) => this.#follows(name, leader, term));
    });
    return this.member(names[0]!).leader!;
  }

  /** Waits until all of `names` have applied everything that is decided. */
  converge(names: readonly string[] = this.#hostsUp()): void {
    this.runUntil(`${names.join(', ')} have applied all that is decided`, () =>
      names.every((name) => {
        return this.#isUp(name) && this.member(name).applied.length === this.agreement.decided.length;
      }),
    );
  }

  crash(...names: readonly string[]): void {
    for (const name of names) {
      this.#host(name).crash();
      this.#running.delete(name);
    }
  }

  start(...names: readonly string[]): void {
    for (const name of names) this.#host(name).start();
  }

  pause(name: string): void {
    this.#host(name).pause();
  }

  resume(name: string): void {
    this.#host(name).resume();
  }

  /** Cuts `names` off from all others, in both directions; the returned function heals it. */
  isolate(...names: readonly string[]): () => void {
    const { network } = this.simulation;
    const heals: (() => void)[] = [];
    for (const inside of names) {
      for (const outside of this.members) {
        if (names.includes(outside)) continue;
        heals.push(network.cut(inside, outside), network.cut(outside, inside));
      }
    }
    return () => {
      for (const heal of heals) heal();
    };
  }

  others(...names: readonly string[]): readonly string[] {
    return this.members.filter((name) => !names.includes(name));
  }

  /** The cluster in one line, for the message of a failure. */
  describe(): string {
    return this.members.map((name) => `${name} ${this.#describeMember(name)}`).join('; ');
  }

  /**
   * What members answered must be true in the end, once the cluster has converged.
   *
   * @throws HoldfastError ASSERTION_FAILED.
   */
  checkAnswers(): void {
    for (const { value, member, outcome, falsehood } of this.proposals) {
      assert(falsehood === undefined, falsehood ?? '');
      const decided = this.agreement.isDecided(value);
      assert(outcome !== 'committed' || decided, `${value}, which ${member} calls committed, is decided`);
      assert(outcome !== 'lost' || !decided, `${value}, which ${member} calls lost, is not decided`);
    }
  }

  #observe(): void {
    for (const [name, member] of this.#running) {
      assert(this.#host(name).state !== 'down', `${name} does not end by itself`);
      this.agreement.observe(name, member);
    }
  }

  /** As {@link up}, with those whose process has not begun yet. */
  #hostsUp(): readonly string[] {
    return this.members.filter((name) => this.#host(name).state === 'up');
  }

  #isUp(name: string): boolean {
    return this.#running.has(name) && this.#host(name).state === 'up';
  }

  #leads(name: string): boolean {
    return this.#isUp(name) && this.member(name).state === 'leader';
  }

  #follows(name: string, leader: string, term: number): boolean {
    const member = this.member(name);
    return member.leader === leader && member.term === term;
  }

  #describeMember(name: string): string {
    const { state } = this.#host(name);
    const member = this.#running.get(name);
    if (member === undefined) return state;
    return `${state} ${member.state} term ${member.term} leader ${member.leader} applied ${member.applied.length}`;
  }

  #host(name: string): SimulatedHost {
    return this.simulation.host(name);
  }
}
