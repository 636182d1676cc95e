import { type Random, seededRandom } from '@holdfast/core';
import {
  bootstrapState,
  type Entry,
  type MemberChange,
  type Message,
  type RaftOptions,
} from '../src/index.ts';
import type { CountingCommand } from './counting-machine.ts';
import { SlowHost } from './slow-host.ts';

const names = ['a', 'b', 'c', 'd', 'e'];
const roles = ['voter', 'learner', 'removed'] as const;

/** How often things happen in an average schedule. */
const events = {
  crash: 3,
  isolate: 6,
  join: 6,
  finish: 300,
  apply: 200,
  serve: 150,
  propose: 100,
  read: 10,
  transfer: 2,
  change: 3,
  snapshot: 30,
  campaign: 3,
  pass: 100,
  deliver: 1500,
};

type Event = keyof typeof events;

/**
 * Slow members, between which messages may be as late as whole terms, and what must hold nevertheless. Each schedule has
 * some things happen far more often than others do (swarm testing; Groce et al. 2012).
 */
export class SlowSchedule {
  readonly hosts: SlowHost[] = [];
  /** The state machine's content at each index, and the entry there. */
  readonly states: Map<number, string> = new Map();
  counted = 0;
  restored = 0;
  private readonly entries = new Map<number, string>();
  private readonly random: Random;
  private readonly flight: Message<string>[] = [];
  /** Messages that are late. */
  private readonly late: Message<string>[] = [];
  /** Whose messages get lost, both ways. */
  private isolated: string | undefined;
  private readonly leaders = new Map<number, string>();
  private readonly sessions: number[] = [];
  private readonly asked = new Map<number, number>();
  private readonly weights: readonly (readonly [Event, number])[];
  private readonly total: number;
  private now = 0;
  private decided = 0;
  private reads = 0;

  constructor(seed: number, options: Omit<RaftOptions, 'id' | 'random'>) {
    this.random = seededRandom(`slow/${seed}`);
    this.weights = (Object.entries(events) as [Event, number][]).map(
      ([event, weight]) => [event, weight * 3 ** this.random.below(3)] as const,
    );
    this.total = this.weights.reduce((sum, [, weight]) => sum + weight, 0);
    const voters = names.slice(0, 3 + this.random.below(3));
    for (const id of names) {
      const stored = voters.includes(id) ? bootstrapState<string>(voters) : undefined;
      const host = new SlowHost(id, options, stored, this.random.fork(id), {
        sent: (message) => this.flight.push(message),
        advanced: (advanced, index, entry) => this.advanced(advanced, index, entry),
        read: (outcome) => {
          if (outcome.outcome === 'ready' && outcome.index < this.asked.get(outcome.id)!) {
            throw new Error(`read ${outcome.id} sees ${outcome.index} of ${this.asked.get(outcome.id)}`);
          }
        },
      });
      host.start(0);
      this.hosts.push(host);
    }
  }

  step(): void {
    const { random } = this;
    const host = this.hosts[random.below(this.hosts.length)]!;
    if (host.raft === undefined) {
      if (random.below(150) === 0) host.start(this.now);
    } else {
      this.happen(host, this.draw());
    }
    this.settle();
  }

  private happen(host: SlowHost, event: Event): void {
    const { random, now } = this;
    const raft = host.raft!;
    switch (event) {
      case 'crash':
        host.crash();
        break;
      case 'isolate':
        this.isolated = host.id;
        break;
      case 'join':
        this.isolated = undefined;
        break;
      case 'finish':
        host.finish(1 + random.below(4), now);
        break;
      case 'apply':
        host.apply(1 + random.below(6));
        break;
      case 'serve':
        host.serve(now);
        break;
      case 'propose':
        this.propose(this.hosts.find(({ raft: each }) => each?.role === 'leader') ?? host);
        break;
      case 'read':
        this.read(host);
        break;
      case 'transfer':
        raft.transferLeadership(names[random.below(names.length)]!, now);
        break;
      case 'change':
        this.change(host);
        break;
      case 'snapshot':
        host.snapshot(random.below(2));
        break;
      case 'campaign':
        raft.campaign(now);
        break;
      case 'pass':
        this.pass(random.below(5000));
        break;
      case 'deliver':
        this.deliver();
        break;
    }
  }

  /** What happens next, each thing as often as this schedule has it. */
  private draw(): Event {
    let left = this.random.below(this.total);
    for (const [event, weight] of this.weights) {
      left -= weight;
      if (left < 0) return event;
    }
    throw new Error('the weights do not add up');
  }

  private propose({ raft }: SlowHost): void {
    const { random, sessions } = this;
    let command: CountingCommand = { open: true };
    if (sessions.length > 0 && random.below(8) > 0) {
      const session = sessions[Math.max(0, sessions.length - 1 - random.below(5))]!;
      const sequence = 1 + random.below(12);
      command = { session, sequence, answeredBelow: Math.max(1, sequence - random.below(8)) };
    }
    raft!.propose(JSON.stringify(command), 10, this.now);
  }

  private read({ raft }: SlowHost): void {
    this.asked.set(this.reads, this.decided);
    raft!.read(this.reads++, this.now);
  }

  private change({ raft }: SlowHost): void {
    const { random } = this;
    const members: MemberChange[] = [];
    for (const member of names) {
      if (random.below(3) === 0) members.push({ member, role: roles[random.below(roles.length)]! });
    }
    const by = random.below(2) === 0 ? 'joint' : 'automatic';
    raft!.proposeMembers({ kind: 'change', members, by }, this.now);
  }

  private pass(duration: number): void {
    this.now += duration;
    for (const { raft } of this.hosts) {
      if (raft !== undefined && raft.wakeAt <= this.now) raft.wake(this.now);
    }
  }

  private deliver(): void {
    const { random, flight, late } = this;
    for (let count = random.below(5); count > 0; count--) {
      const from = late.length > 0 && random.below(15) === 0 ? late : flight;
      if (from.length === 0) return;
      const [message] = from.splice(
        from === late ? random.below(late.length) : random.below(Math.min(4, flight.length)),
        1,
      );
      const fate = random.below(20);
      if (fate === 0) continue;
      if (fate < 3 && late.length < 60) late.push(message!);
      // It comes late, or comes late once more.
      if (fate === 1) continue;
      if (message!.from === this.isolated || message!.to === this.isolated) continue;
      this.hosts.find(({ id }) => id === message!.to)!.raft?.receive(message!, this.now);
      this.settle();
    }
    flight.splice(0, flight.length - 400);
  }

  /** Everything goes on at once, and nothing gets lost. */
  calm(steps: number): void {
    for (let step = 0; step < steps; step++) {
      for (const host of this.hosts) {
        if (host.raft === undefined) host.start(this.now);
        host.finish(100, this.now);
        host.apply(100);
        host.serve(this.now);
      }
      this.settle();
      for (const message of this.flight.splice(0)) {
        this.hosts.find(({ id }) => id === message.to)!.raft!.receive(message, this.now);
        this.settle();
      }
      this.pass(1000);
      this.settle();
      if (step % 10 === 0) for (const host of this.hosts) this.propose(host);
    }
  }

  private settle(): void {
    for (const host of this.hosts) {
      host.take();
      const { id, raft } = host;
      if (raft?.role !== 'leader') continue;
      const leader = this.leaders.get(raft.term) ?? id;
      if (leader !== id) throw new Error(`${id} and ${leader} lead in term ${raft.term}`);
      this.leaders.set(raft.term, id);
    }
  }

  private advanced(host: SlowHost, index: number, entry: Entry<string> | undefined): void {
    const state = host.machine.save();
    if ((this.states.get(index) ?? state) !== state) throw new Error(`${host.id} differs at ${index}`);
    this.states.set(index, state);
    this.decided = Math.max(this.decided, index);
    if (entry === undefined) {
      this.restored++;
      return;
    }
    const text = JSON.stringify(entry);
    if ((this.entries.get(index) ?? text) !== text) throw new Error(`${host.id} applies another ${index}`);
    this.entries.set(index, text);
    if (entry.kind === 'command') {
      this.counted++;
      if ('open' in JSON.parse(entry.command) && !this.sessions.includes(index)) this.sessions.push(index);
    }
  }
}
