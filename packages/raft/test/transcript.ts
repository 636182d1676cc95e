import type { MemberChange, MembersChange, Proposal, Refused, StoredState } from '../src/index.ts';
import { describeEntry, describeMessage } from './describe-message.ts';
import { type MemberOptions, ScriptedCluster } from './scripted-cluster.ts';

/**
 * Runs a transcript: `> ` begins a command, and what comes of it follows. Returns the transcript as it really went, so
 * that a test compares the two. Lines that begin with `#`, and empty ones, are left as they are.
 */
export function runTranscript(text: string): string {
  let cluster = new ScriptedCluster();
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) lines.push(line);
    if (!line.startsWith('> ')) continue;
    lines.push(line);
    const [name, ...words] = line.slice(2).split(' ');
    const command = commands[name!];
    if (command === undefined) throw new Error(`there is no command "${name}"`);
    if (name === 'cluster') cluster = new ScriptedCluster();
    command(cluster, words);
    cluster.settle();
    lines.push(...cluster.lines.splice(0));
  }
  return lines.join('\n');
}

type Command = (cluster: ScriptedCluster, words: readonly string[]) => void;

const millisecond = 1000;
const usual: MemberOptions = { electionTimeout: 1_000_000, heartbeatInterval: 100_000 };

/** Times are in milliseconds. The election timeout is 1000 and the heartbeat interval 100, unless told otherwise. */
const commands: Readonly<Record<string, Command>> = {
  /** `cluster n1 n2 n3 preVote=false`, or for one member `n3:preVote=false`: begins anew, all of them voters. */
  cluster(cluster, words) {
    const shared = words.filter((word) => !word.includes(':') && word.includes('='));
    const members = new Map<string, MemberOptions>();
    for (const word of words) {
      if (shared.includes(word)) continue;
      const [id, ...own] = word.split(':');
      members.set(id!, toOptions([...shared, ...own]));
    }
    cluster.defaults = toOptions(shared);
    cluster.bootstrap(members);
  },
  /** `add n4`: a member with an empty disk. */
  add(cluster, [id, ...words]) {
    cluster.add(id!, { ...cluster.defaults, ...toOptions(words, {}) }, undefined);
  },
  /** `store n1 1,1,4,4 term=5 commit=2`: another life, with a log of entries of these terms. */
  store(cluster, [id, terms, ...words]) {
    const named = new Map(words.map((word) => word.split('=') as [string, string]));
    const members = (named.get('voters') ?? [...cluster.hosts.keys()].join(',')).split(',');
    cluster.add(
      id!,
      cluster.defaults,
      logOf(
        terms!.split(',').map(Number),
        members,
        Number(named.get('term')),
        Number(named.get('commit') ?? 1),
      ),
    );
  },
  /** `deliver`, `deliver n1->n2`, `deliver ->n2`, `deliver n1->n2 append`: what is in flight, once. */
  deliver(cluster, words) {
    if (cluster.deliverOnce(matcher(words)) === 0) cluster.lines.push('nothing in flight');
  },
  /** Delivers until nothing is in flight any more. */
  stabilize(cluster, words) {
    cluster.calm(matcher(words));
  },
  /** The same without telling of it. */
  quietly(cluster, [name, ...words]) {
    commands[name!]!(cluster, words);
    cluster.settle();
    cluster.lines.length = 0;
  },
  drop(cluster, words) {
    for (const message of cluster.takeFromFlight(matcher(words))) {
      cluster.lines.push(`${describeMessage(message)}: lost`);
    }
  },
  /** Takes messages out of flight, for `unstash` to put them back. */
  stash(cluster, words) {
    const messages = cluster.takeFromFlight(matcher(words));
    for (const message of messages) cluster.lines.push(`${describeMessage(message)}: delayed`);
    cluster.stash.push(...messages);
  },
  /** Keeps copies, for `unstash` to send later. */
  copy(cluster, words) {
    cluster.stash.push(...cluster.flight.filter(matcher(words)));
  },
  unstash(cluster) {
    cluster.flight.push(...cluster.stash.splice(0));
  },
  duplicate(cluster, words) {
    cluster.flight.push(...cluster.flight.filter(matcher(words)));
  },
  reverse(cluster) {
    cluster.flight.reverse();
  },
  show(cluster) {
    for (const message of cluster.flight) cluster.lines.push(`${describeMessage(message)}: in flight`);
  },
  cut(cluster, [some, ...others]) {
    cluster.cut(some!, others.length > 0 ? others : [...cluster.hosts.keys()]);
  },
  heal(cluster) {
    cluster.heal();
  },
  /** Time passes, and everybody wakes when it wants to. */
  tick(cluster, [milliseconds]) {
    cluster.tick(Number(milliseconds) * millisecond);
  },
  /** Time passes, and messages arrive as soon as they are sent. */
  run(cluster, [milliseconds]) {
    cluster.calm();
    cluster.run(Number(milliseconds) * millisecond);
  },
  /** Time passes, and nobody wakes: as if all were paused. */
  pass(cluster, [milliseconds]) {
    cluster.now += Number(milliseconds) * millisecond;
  },
  /** Time passes until this member wants to wake, and it alone does. */
  wake(cluster, [id]) {
    const { up } = cluster.host(id!);
    if (up.wakeAt === Number.POSITIVE_INFINITY) throw new Error(`${id} wants no timer`);
    cluster.now = Math.max(cluster.now, up.wakeAt);
    up.wake(cluster.now);
  },
  campaign(cluster, [id]) {
    tellRefusal(cluster, cluster.host(id!).up.campaign(cluster.now));
  },
  propose(cluster, [id, command, bytes]) {
    tell(cluster, cluster.host(id!).up.propose(command!, Number(bytes ?? 10), cluster.now));
  },
  read(cluster, [id, read]) {
    cluster.host(id!).up.read(Number(read), cluster.now);
  },
  transfer(cluster, [id, to]) {
    tellRefusal(cluster, cluster.host(id!).up.transferLeadership(to!, cluster.now));
  },
  forget(cluster, [id]) {
    tellRefusal(cluster, cluster.host(id!).up.forgetLeader(cluster.now));
  },
  /** `members n1 n4=voter n2=removed joint`. */
  members(cluster, [id, ...words]) {
    const members = words
      .filter((word) => word.includes('='))
      .map((word): MemberChange => {
        const [member, role] = word.split('=');
        return { member: member!, role: role as MemberChange['role'] };
      });
    const by = words.find((word) => word === 'joint' || word === 'joint-explicit') ?? 'automatic';
    const change = { kind: 'change', members, by } as MembersChange;
    tell(cluster, cluster.host(id!).up.proposeMembers(change, cluster.now));
  },
  leave(cluster, [id]) {
    tell(cluster, cluster.host(id!).up.proposeMembers({ kind: 'leave-joint' }, cluster.now));
  },
  snapshot(cluster, [id, tail]) {
    const host = cluster.host(id!);
    const snapshot = host.snapshot(Number(tail ?? 0));
    cluster.lines.push(`  ${id} has snapshot ${snapshot.id}, log begins at ${host.up.firstIndex}`);
  },
  crash(cluster, [id]) {
    cluster.host(id!).crash();
  },
  restart(cluster, [id]) {
    cluster.host(id!).start(cluster.now);
  },
  'hold-disk'(cluster, [id]) {
    cluster.host(id!).diskHeld = true;
  },
  'free-disk'(cluster, [id]) {
    const host = cluster.host(id!);
    host.diskHeld = false;
    host.persist(cluster.now);
  },
  /** `persist n1 1`: so many of its writes become durable, the oldest first. */
  persist(cluster, [id, count]) {
    const host = cluster.host(id!);
    for (const { sequence, truncateFrom, entries } of host.writing.slice(
      0,
      Number(count ?? host.writing.length),
    )) {
      const truncation = truncateFrom === undefined ? '' : `, dropping from ${truncateFrom}`;
      cluster.lines.push(
        `  ${id} has written #${sequence}: ${entries.map(describeEntry).join(' ')}${truncation}`,
      );
    }
    host.persist(cluster.now, count === undefined ? undefined : Number(count));
  },
  'hold-apply'(cluster, [id]) {
    cluster.host(id!).applyHeld = true;
  },
  'free-apply'(cluster, [id]) {
    const host = cluster.host(id!);
    host.applyHeld = false;
    host.apply();
  },
  'break-snapshots'(cluster, [id]) {
    cluster.host(id!).snapshotsBroken = true;
  },
  'mend-snapshots'(cluster, [id]) {
    cluster.host(id!).snapshotsBroken = false;
  },
  logs(cluster) {
    for (const { id, raft } of cluster.hosts.values()) {
      if (raft === undefined) continue;
      const entries: string[] = [];
      for (let index = raft.firstIndex; index <= raft.lastIndex; index++) {
        entries.push(describeEntry(raft.entryAt(index)!));
      }
      const start = raft.firstIndex > 1 ? `after ${raft.firstIndex - 1}: ` : '';
      cluster.lines.push(`  ${id} ${start}${entries.join(' ')}, commit ${raft.commitIndex}`);
    }
  },
  /** The terms of all logs. */
  terms(cluster) {
    for (const { id, raft } of cluster.hosts.values()) {
      const terms: number[] = [];
      for (let index = raft!.firstIndex; index <= raft!.lastIndex; index++) terms.push(raft!.termAt(index)!);
      cluster.lines.push(`  ${id} ${terms.join(' ')}`);
    }
  },
  /** What each has applied. */
  commands(cluster) {
    for (const { id, commands: applied } of cluster.hosts.values()) {
      cluster.lines.push(`  ${id} ${applied.join(' ')}`);
    }
  },
  status(cluster, [id]) {
    for (const peer of cluster.host(id!).up.status().peers) {
      cluster.lines.push(`  ${peer.id} ${peer.stage}, match ${peer.match}, next ${peer.next}`);
    }
  },
  roles(cluster) {
    for (const { id, raft } of cluster.hosts.values()) {
      cluster.lines.push(`  ${id} ${raft === undefined ? 'down' : `${raft.role}, term ${raft.term}`}`);
    }
  },
  timers(cluster) {
    for (const { id, raft } of cluster.hosts.values()) {
      cluster.lines.push(`  ${id} wakes at ${(raft!.wakeAt / millisecond).toFixed(0)} ms`);
    }
  },
};

/** `n1->n2`, with either side left out, then a word that the description contains. */
function matcher([link, ...words]: readonly string[]): Parameters<ScriptedCluster['deliverOnce']>[0] {
  const [from, to] = link?.includes('->') ? link.split('->') : ['', ''];
  const text = (link?.includes('->') ? words : [link, ...words])
    .filter((word) => word !== undefined)
    .join(' ');
  return (message) =>
    (from === '' || from === message.from) &&
    (to === '' || to === message.to) &&
    describeMessage(message).includes(text);
}

function toOptions(words: readonly string[], others: MemberOptions = usual): MemberOptions {
  const options: Record<string, unknown> = { ...others };
  for (const word of words) {
    const [name, value] = word.split('=') as [string, string];
    options[name] =
      value === 'true' || value === 'false' ? value === 'true' : /^\d+$/.test(value) ? Number(value) : value;
  }
  return options;
}

/** A stored log: the configuration first, then an entry of each further term, named after its place. */
function logOf(
  terms: readonly number[],
  voters: readonly string[],
  term: number,
  commit: number,
): StoredState<string> {
  const configuration = {
    voters: [...voters].sort(),
    outgoing: [],
    learners: [],
    learnersNext: [],
    witnesses: [],
    leavesJoint: false,
  };
  return {
    hardState: { term, vote: undefined, commit },
    snapshot: undefined,
    entries: terms.map((each, place) =>
      place === 0
        ? { kind: 'configuration', index: 1, term: each, bytes: 0, configuration }
        : { kind: 'command', index: place + 1, term: each, bytes: 10, command: `${place + 1}/${each}` },
    ),
  };
}

function tell(cluster: ScriptedCluster, proposal: Proposal): void {
  if (proposal.outcome === 'refused') tellRefusal(cluster, proposal);
  else cluster.lines.push(`  proposed at ${proposal.index}/${proposal.term}`);
}

function tellRefusal(cluster: ScriptedCluster, refused: Refused | undefined): void {
  if (refused === undefined) return;
  const { refusal, detail, leader } = refused;
  const why = detail === undefined ? '' : ` (${detail})`;
  cluster.lines.push(`  refused: ${refusal}${why}, the leader is ${leader ?? 'unknown'}`);
}
