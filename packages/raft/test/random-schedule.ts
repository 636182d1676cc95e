import { type Random, seededRandom } from '@holdfast/core';
import {
  bootstrapState,
  type Entry,
  type MemberChange,
  type Message,
  type RaftOptions,
  type ReadOutcome,
} from '../src/index.ts';
import { ScriptedHost } from './scripted-host.ts';

export interface ScheduleOptions {
  readonly member: Omit<RaftOptions, 'id' | 'random'>;
  /** A member that is a witness, or none. */
  readonly witness?: string;
  /** By how many parts per million each clock may run too fast or too slow. Default 0. */
  readonly drift?: number;
  /** Whether each member uses pre-vote or not as chance will have it. Default false. */
  readonly mixed?: boolean;
}

const names = ['a', 'b', 'c', 'd', 'e'];
const fullRoles = ['voter', 'learner', 'removed'] as const;
const witnessRoles = ['witness', 'removed'] as const;

/** Members among whom chance decides what happens next, and what must hold whatever happens. */
export class RandomSchedule {
  readonly hosts: ScriptedHost[] = [];
  /** What is committed at each index, as somebody applied it. */
  readonly decided: Map<number, Entry<string>> = new Map();
  readsReady = 0;
  private readonly random: Random;
  private readonly witness: string | undefined;
  private readonly rates: ReadonlyMap<string, number>;
  private readonly flight: Message<string>[] = [];
  private readonly leaders = new Map<number, string>();
  /** What was decided when a read was asked for. */
  private readonly asked = new Map<number, number>();
  /** Cut off from the rest. */
  private readonly apart = new Set<string>();
  private now = 0;
  private lastDecided = 0;
  private proposals = 0;
  private reads = 0;

  constructor(seed: number, { member, witness, drift = 0, mixed = false }: ScheduleOptions) {
    this.random = seededRandom(`schedule/${seed}`);
    this.witness = witness;
    const { random } = this;
    this.rates = new Map(names.map((id) => [id, 1_000_000 - drift + random.below(2 * drift + 1)]));
    const voters = names.slice(0, 3 + random.below(witness === undefined ? 3 : 2));
    for (const id of names) {
      const stored = voters.includes(id) ? bootstrapState<string>(voters) : undefined;
      const options = mixed ? { ...member, preVote: random.below(2) === 0 } : member;
      const host = new ScriptedHost(id, options, stored, {
        sent: (message) => this.flight.push(message),
        applied: (applier, entry) => this.applied(applier, entry),
        restored: () => {},
        read: (_reader, outcome) => this.read(outcome),
        wrote: () => {},
      });
      host.start(0);
      this.hosts.push(host);
    }
  }

  get summary(): string {
    return this.hosts
      .map(({ id, raft }) =>
        raft === undefined ? `${id} down` : `${id} ${raft.role} ${raft.term} ${raft.commitIndex}`,
      )
      .join(', ');
  }

  /** One thing happens. */
  step(faults: boolean): void {
    const { random } = this;
    const host = this.hosts[random.below(this.hosts.length)]!;
    if (host.raft === undefined) {
      if (!faults || random.below(30) === 0) host.start(this.clock(host));
    } else {
      this.happen(host, random.below(1000), faults);
    }
    for (const each of this.hosts) {
      if (each.raft === undefined) continue;
      each.settle(this.clock(each));
      this.checkLeader(each);
    }
  }

  private happen(host: ScriptedHost, roll: number, faults: boolean): void {
    const { random, up, now } = { random: this.random, up: host.up, now: this.clock(host) };
    if (faults && roll < 2) host.crash();
    else if (faults && roll < 12) host.diskHeld = roll < 4;
    else if (faults && roll < 14) this.cut();
    else if (roll < 40) host.persist(now, random.below(2) === 0 ? 1 : undefined);
    else if (roll < 100) up.propose(`v${this.proposals++}`, 10, now);
    else if (roll < 130) {
      this.asked.set(this.reads, this.lastDecided);
      up.read(this.reads++, now);
    } else if (roll < 133) up.transferLeadership(names[random.below(names.length)]!, now);
    else if (roll < 140) this.change(host);
    else if (roll < 145 && up.appliedIndex > (up.snapshot?.index ?? 0)) host.snapshot(random.below(4));
    else if (roll < 147 && faults) up.campaign(now);
    else if (roll < 200) this.pass(random.below(10_000));
    else for (let left = random.below(4); left > 0 && this.flight.length > 0; left--) this.deliver(faults);
  }

  /** Another partition; one time in two, none. */
  private cut(): void {
    this.apart.clear();
    if (this.random.below(2) === 0) return;
    for (const id of names) {
      if (this.random.below(2) === 0) this.apart.add(id);
    }
  }

  private change(host: ScriptedHost): void {
    const { random } = this;
    const now = this.clock(host);
    if (random.below(4) === 0) {
      host.up.proposeMembers({ kind: 'leave-joint' }, now);
      return;
    }
    const members: MemberChange[] = [];
    for (const member of names) {
      const roles = member === this.witness ? witnessRoles : fullRoles;
      if (random.below(3) === 0) members.push({ member, role: roles[random.below(roles.length)]! });
    }
    const by = (['automatic', 'joint', 'joint-explicit'] as const)[random.below(3)]!;
    host.up.proposeMembers({ kind: 'change', members, by }, now);
  }

  private pass(duration: number): void {
    this.now += duration;
    for (const host of this.hosts) {
      const now = this.clock(host);
      if (host.raft !== undefined && host.raft.wakeAt <= now) host.raft.wake(now);
    }
  }

  private deliver(faults: boolean): void {
    const { random, flight } = this;
    const place = faults ? random.below(Math.min(flight.length, 8)) : 0;
    const message = flight[place]!;
    if (!faults || random.below(20) > 0) flight.splice(place, 1);
    if (faults && (random.below(15) === 0 || flight.length > 500)) return;
    if (this.apart.has(message.from) !== this.apart.has(message.to)) return;
    const target = this.hosts.find(({ id }) => id === message.to)!;
    target.raft?.receive(message, this.clock(target));
  }

  /** Ends all faults. */
  heal(): void {
    this.apart.clear();
    for (const host of this.hosts) {
      host.diskHeld = false;
      if (host.raft === undefined) host.start(this.clock(host));
    }
  }

  private clock(host: ScriptedHost): number {
    return Math.floor((this.now * this.rates.get(host.id)!) / 1_000_000);
  }

  private applied(host: ScriptedHost, entry: Entry<string>): void {
    const known = this.decided.get(entry.index);
    if (known !== undefined && known.term !== entry.term) {
      throw new Error(
        `${host.id} applies ${entry.index} of term ${entry.term}, others of term ${known.term}`,
      );
    }
    if (entry.kind === 'withheld') return;
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(entry)) {
      throw new Error(
        `${host.id} applies ${JSON.stringify(entry)} where ${JSON.stringify(known)} was applied`,
      );
    }
    this.decided.set(entry.index, entry);
    this.lastDecided = Math.max(this.lastDecided, entry.index);
  }

  private read(outcome: ReadOutcome): void {
    const decided = this.asked.get(outcome.id)!;
    this.asked.delete(outcome.id);
    if (outcome.outcome === 'refused') return;
    this.readsReady++;
    if (outcome.index < decided) {
      throw new Error(`read ${outcome.id} sees ${outcome.index}, but ${decided} was decided before it`);
    }
  }

  private checkLeader({ id, up }: ScriptedHost): void {
    if (up.role !== 'leader') return;
    const leader = this.leaders.get(up.term) ?? id;
    if (leader !== id) throw new Error(`${id} and ${leader} lead in term ${up.term}`);
    this.leaders.set(up.term, id);
  }
}
