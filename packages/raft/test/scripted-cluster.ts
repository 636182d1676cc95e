import {
  bootstrapState,
  type Entry,
  type Message,
  type RaftOptions,
  type StoredState,
} from '../src/index.ts';
import { describeConfiguration, describeEntry, describeMessage } from './describe-message.ts';
import { ScriptedHost } from './scripted-host.ts';

export type MemberOptions = Omit<RaftOptions, 'id' | 'random'>;

/** What a transcript last showed of a member. */
interface Shown {
  role: string;
  commit: number;
  configuration: string;
}

/**
 * Some members with a network between them in which nothing moves by itself. What happens to a member is told in lines.
 * Time is in microseconds, the same for all members.
 */
export class ScriptedCluster {
  readonly hosts: Map<string, ScriptedHost> = new Map();
  readonly flight: Message<string>[] = [];
  readonly stash: Message<string>[] = [];
  readonly lines: string[] = [];
  now = 0;
  /** Of members that are added later. */
  defaults: MemberOptions = {};
  private readonly shown = new Map<string, Shown>();
  private readonly cuts = new Set<string>();
  private readonly leaders = new Map<number, string>();
  private readonly decided = new Map<number, string>();

  add(id: string, options: MemberOptions, stored: StoredState<string> | undefined): void {
    const host = new ScriptedHost(id, options, stored, {
      sent: (message) => {
        if (!this.isCut(message.from, message.to)) this.flight.push(message);
      },
      applied: (applier, entry) => this.decide(applier, entry),
      restored: (_host, snapshot) => this.lines.push(`  ${id} restores ${snapshot.id}`),
      read: (_host, outcome) => {
        const result =
          outcome.outcome === 'ready' ? `ready at ${outcome.index}` : `refused: ${outcome.refusal}`;
        this.lines.push(`  ${id} read ${outcome.id} ${result}`);
      },
      wrote: () => {},
    });
    this.hosts.set(id, host);
    host.start(this.now);
    this.settle();
  }

  /** Adds members that are the cluster's first voters. */
  bootstrap(members: ReadonlyMap<string, MemberOptions>): void {
    for (const [id, options] of members) this.add(id, options, bootstrapState([...members.keys()]));
  }

  host(id: string): ScriptedHost {
    const host = this.hosts.get(id);
    if (host === undefined) throw new Error(`there is no member ${id}`);
    return host;
  }

  /** Tells what has changed since the last time. */
  settle(): void {
    for (const host of this.hosts.values()) {
      host.settle(this.now);
      this.tell(host);
    }
  }

  private tell(host: ScriptedHost): void {
    const { id, raft } = host;
    if (raft === undefined) return;
    const led = raft.role === 'leader' ? '' : raft.leader === undefined ? '' : ` of ${raft.leader}`;
    const role = `${raft.role}${led}, term ${raft.term}`;
    const configuration = describeConfiguration(raft.configuration);
    const commit = raft.commitIndex;
    const before = this.shown.get(id);
    this.shown.set(id, { role, commit, configuration });
    this.checkLeader(id, raft.role, raft.term);
    if (before === undefined) return;
    if (before.role !== role) this.lines.push(`  ${id} is ${role}`);
    if (before.configuration !== configuration) this.lines.push(`  ${id} has [${configuration}]`);
    if (before.commit !== commit) this.lines.push(`  ${id} commits ${commit}`);
  }

  private checkLeader(id: string, role: string, term: number): void {
    if (role !== 'leader') return;
    const leader = this.leaders.get(term);
    if (leader !== undefined && leader !== id) throw new Error(`${id} and ${leader} lead in term ${term}`);
    this.leaders.set(term, id);
  }

  private decide(host: ScriptedHost, entry: Entry<string>): void {
    const text = entry.kind === 'withheld' ? undefined : describeEntry(entry);
    if (text === undefined) return;
    const known = this.decided.get(entry.index);
    if (known !== undefined && known !== text)
      throw new Error(`${host.id} applies ${text} instead of ${known}`);
    this.decided.set(entry.index, text);
  }

  /** Hands a message to its receiver, and tells what comes of it. */
  deliver(message: Message<string>): void {
    const target = this.hosts.get(message.to);
    if (target?.raft === undefined) {
      this.lines.push(`${describeMessage(message)}: not there`);
      return;
    }
    this.lines.push(describeMessage(message));
    target.raft.receive(message, this.now);
    this.settle();
  }

  /** Delivers what is in flight and matches; what is sent meanwhile waits. */
  deliverOnce(matches: (message: Message<string>) => boolean): number {
    const messages = this.takeFromFlight(matches);
    for (const message of messages) this.deliver(message);
    return messages.length;
  }

  takeFromFlight(matches: (message: Message<string>) => boolean): Message<string>[] {
    const taken = this.flight.filter(matches);
    const left = this.flight.filter((message) => !taken.includes(message));
    this.flight.length = 0;
    this.flight.push(...left);
    return taken;
  }

  /** Lets time pass, and wakes whoever wants it, when it wants it. */
  tick(duration: number): void {
    const end = this.now + duration;
    for (;;) {
      let first: ScriptedHost | undefined;
      for (const host of this.hosts.values()) {
        if (host.raft !== undefined && host.raft.wakeAt < (first?.up.wakeAt ?? end + 1)) first = host;
      }
      if (first === undefined) break;
      this.now = Math.max(this.now, first.up.wakeAt);
      first.up.wake(this.now);
      this.settle();
    }
    this.now = end;
  }

  /** Lets time pass with a network that delivers at once. */
  run(duration: number): void {
    const end = this.now + duration;
    for (;;) {
      const next = Math.min(...Array.from(this.hosts.values(), ({ raft }) => raft?.wakeAt ?? Infinity));
      if (next > end) break;
      this.tick(Math.max(0, next - this.now));
      this.calm();
    }
    this.now = end;
  }

  /** Delivers until nothing is in flight any more. */
  calm(matches: (message: Message<string>) => boolean = () => true): void {
    for (let passes = 0; this.deliverOnce(matches) > 0; passes++) {
      if (passes === 1000) throw new Error('it does not come to rest');
    }
  }

  cut(some: string, others: readonly string[]): void {
    for (const other of others) {
      if (some === other) continue;
      this.cuts.add(`${some} ${other}`);
      this.cuts.add(`${other} ${some}`);
    }
  }

  heal(): void {
    this.cuts.clear();
  }

  isCut(from: string, to: string): boolean {
    return this.cuts.has(`${from} ${to}`);
  }
}
