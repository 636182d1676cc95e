import { seededRandom } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import {
  bootstrapState,
  type Entry,
  type Message,
  type RaftOptions,
  type ReadOutcome,
} from '../src/index.ts';
import { ScriptedHost } from './scripted-host.ts';

const names = ['a', 'b', 'c', 'd', 'e'];

/** Members among whom chance decides what happens next, and what must hold whatever happens. */
class Schedule {
  readonly random;
  readonly hosts: ScriptedHost[] = [];
  readonly flight: Message<string>[] = [];
  /** What is committed at each index, as somebody applied it. */
  readonly decided = new Map<number, Entry<string>>();
  readonly leaders = new Map<number, string>();
  readonly acknowledged = new Map<number, { readonly host: string; readonly atLeast: number }>();
  readsReady = 0;
  private now = 0;
  private proposals = 0;
  private reads = 0;

  constructor(seed: number, voters: number, options: Omit<RaftOptions, 'id' | 'random'>) {
    this.random = seededRandom(`schedule/${seed}`);
    for (const [place, id] of names.entries()) {
      const stored = place < voters ? bootstrapState<string>(names.slice(0, voters)) : undefined;
      const host = new ScriptedHost(id, options, stored, {
        sent: (message) => this.flight.push(message),
        applied: (applier, entry) => this.applied(applier, entry),
        restored: () => {},
        read: (reader, outcome) => this.read(reader, outcome),
        wrote: () => {},
      });
      host.start(0);
      this.hosts.push(host);
    }
  }

  private applied(host: ScriptedHost, entry: Entry<string>): void {
    const known = this.decided.get(entry.index);
    if (
      known !== undefined &&
      (known.term !== entry.term || JSON.stringify(known) !== JSON.stringify(entry))
    ) {
      throw new Error(
        `${host.id} applies ${JSON.stringify(entry)} where ${JSON.stringify(known)} was applied`,
      );
    }
    this.decided.set(entry.index, entry);
  }

  private read(_host: ScriptedHost, outcome: ReadOutcome): void {
    const asked = this.acknowledged.get(outcome.id)!;
    this.acknowledged.delete(outcome.id);
    if (outcome.outcome === 'refused') return;
    this.readsReady++;
    if (outcome.index < asked.atLeast) {
      throw new Error(`read ${outcome.id} sees ${outcome.index}, but ${asked.atLeast} was decided before it`);
    }
  }

  step(faults: boolean): void {
    const { random } = this;
    const host = this.hosts[random.below(this.hosts.length)]!;
    const roll = random.below(1000);
    if (host.raft === undefined) {
      if (!faults || roll < 30) host.start(this.now);
    } else if (faults && roll < 2) {
      host.crash();
    } else if (faults && roll < 12) {
      host.diskHeld = roll < 4;
    } else if (roll < 40)
      host.persist(this.now, random.below(2) + 1 > host.writing.length ? host.writing.length : 1);
    else if (roll < 100) host.raft.propose(`v${this.proposals++}`, 10, this.now);
    else if (roll < 130) {
      const id = this.reads++;
      this.acknowledged.set(id, { host: host.id, atLeast: Math.max(0, ...this.decided.keys()) });
      host.raft.read(id, this.now);
    } else if (roll < 133) host.raft.transferLeadership(names[random.below(names.length)]!, this.now);
    else if (roll < 140) this.change(host);
    else if (roll < 145 && host.raft.appliedIndex > (host.raft.snapshot?.index ?? 0))
      host.snapshot(random.below(4));
    else if (roll < 147 && faults) host.raft.campaign(this.now);
    else if (roll < 200) this.pass(random.below(10_000));
    else for (let left = random.below(4); left > 0 && this.flight.length > 0; left--) this.deliver(faults);
    for (const each of this.hosts) {
      if (each.raft !== undefined) each.settle(this.now);
    }
    this.check();
  }

  private change(host: ScriptedHost): void {
    const { random } = this;
    const roles = ['voter', 'learner', 'removed'] as const;
    const members = names
      .filter(() => random.below(3) === 0)
      .map((member) => ({ member, role: roles[random.below(roles.length)]! }));
    if (random.below(4) === 0) host.up.proposeMembers({ kind: 'leave-joint' }, this.now);
    else {
      const by = (['automatic', 'joint', 'joint-explicit'] as const)[random.below(3)]!;
      host.up.proposeMembers({ kind: 'change', members, by }, this.now);
    }
  }

  pass(duration: number): void {
    this.now += duration;
    for (const host of this.hosts) {
      if (host.raft !== undefined && host.raft.wakeAt <= this.now) host.raft.wake(this.now);
    }
  }

  private deliver(faults: boolean): void {
    const { random, flight } = this;
    const place = faults ? random.below(Math.min(flight.length, 8)) : 0;
    const message = flight[place]!;
    if (!faults || random.below(20) > 0) flight.splice(place, 1);
    if (faults && (random.below(15) === 0 || flight.length > 500)) return;
    const target = this.hosts.find(({ id }) => id === message.to)!;
    target.raft?.receive(message, this.now);
  }

  private check(): void {
    for (const { id, raft } of this.hosts) {
      if (raft === undefined) continue;
      if (raft.role === 'leader') {
        const leader = this.leaders.get(raft.term);
        if (leader !== undefined && leader !== id)
          throw new Error(`${id} and ${leader} lead in ${raft.term}`);
        this.leaders.set(raft.term, id);
      }
    }
  }

  heal(): void {
    for (const host of this.hosts) {
      host.diskHeld = false;
      if (host.raft === undefined) host.start(this.now);
    }
  }

  get summary(): string {
    return this.hosts
      .map(({ id, raft }) => `${id} ${raft?.role} ${raft?.term} ${raft?.commitIndex}`)
      .join(', ');
  }
}

describe.each([
  ['confirmed reads', { electionTimeout: 100_000 }],
  ['lease reads', { electionTimeout: 100_000, reads: 'lease', clockDriftMax: 0 }],
  ['no pre-vote, no check of the quorum', { electionTimeout: 100_000, preVote: false, checkQuorum: false }],
  [
    'narrow windows',
    { electionTimeout: 100_000, inflightMessagesMax: 2, appendBytesMax: 20, chunkBytesMax: 16 },
  ],
] as const)('%s', (_name, options) => {
  test('decides the same everywhere under any order of events, and goes on once they calm down', () => {
    const runs = Number(process.env['RAFT_SCHEDULES'] ?? 12);
    let decided = 0;
    let reads = 0;
    for (let seed = 1; seed <= runs; seed++) {
      const schedule = new Schedule(seed, 3 + (seed % 3), options);
      try {
        for (let step = 0; step < 4000; step++) schedule.step(true);
        schedule.heal();
        const before = schedule.decided.size;
        for (let step = 0; step < 20_000 && schedule.decided.size < before + 20; step++) schedule.step(false);
        expect(schedule.decided.size, schedule.summary).toBeGreaterThanOrEqual(before + 20);
        decided += schedule.decided.size;
        reads += schedule.readsReady;
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}; ${schedule.summary}`, { cause: error });
      }
    }
    expect(decided).toBeGreaterThan(50 * runs);
    expect(reads).toBeGreaterThan(20 * runs);
  });
});
