import type { Message } from '../../exchange/messages.ts';
import type { ReadOutcome } from '../../exchange/output.ts';
import type { Entry } from '../../log/entry.ts';
import type { SnapshotMetadata } from '../../log/stored-state.ts';
import type { WriteBatch } from '../../log/write-batch.ts';
import type { MemberId } from '../../membership/member-id.ts';
import type { Raft } from '../../raft.ts';
import type { MemberWatch } from '../member/member-watch.ts';
import { CurrentReads } from './current-reads.ts';
import { DecidedLog, describe, sameEntry } from './decided-log.ts';
import { WrittenLog } from './written-log.ts';

/** What a cluster of Raft must keep whatever happens (Ongaro, dissertation, figure 3.2, and what follows from it). */
export const clusterInvariants = [
  'election-safety',
  'leader-append-only',
  'log-matching',
  'leader-completeness',
  'state-machine-safety',
  'commit-by-majority',
  'promises-are-durable',
  'nothing-falls',
  'reads-are-current',
] as const;

export type ClusterInvariant = (typeof clusterInvariants)[number];

/** What was last seen of a member. */
class Seen {
  term: number;
  commit: number;
  applied: number;
  leads = false;
  log: WrittenLog;
  readonly reads: CurrentReads = new CurrentReads();

  constructor(raft: Raft<string>) {
    this.term = raft.term;
    this.commit = 0;
    this.applied = 0;
    this.log = new WrittenLog(raft);
  }
}

const termRange = 2 ** 20;

/**
 * Watches all members of a cluster, and compares what they do with each other. It costs little where nothing changes: it
 * looks at what a member writes, sends and applies, and at its few numbers when it has settled.
 */
export class ClusterWatch implements MemberWatch {
  readonly decided: DecidedLog = new DecidedLog();
  readonly #broken = new Map<ClusterInvariant, string>();
  readonly #seen = new Map<MemberId, Seen>();
  readonly #leaders = new Map<number, MemberId>();
  readonly #votes = new Map<string, MemberId>();
  /** Every entry that was ever written, by index and term, and the term of the entry before it. */
  readonly #entries = new Map<
    number,
    { readonly entry: Entry<string>; readonly before: number | undefined }
  >();
  readonly #onDamaged: (host: string) => void;

  /** @param onDamaged - called with a host that refuses to start because its disk is damaged. */
  constructor(onDamaged: (host: string) => void) {
    this.#onDamaged = onDamaged;
  }

  /** How the cluster broke `invariant`; undefined as long as it keeps it. */
  broken(invariant: ClusterInvariant): string | undefined {
    return this.#broken.size === 0 ? undefined : this.#broken.get(invariant);
  }

  started(raft: Raft<string>, digest: number): void {
    const seen = new Seen(raft);
    this.#seen.set(raft.id, seen);
    const { snapshot } = raft;
    seen.applied = snapshot?.index ?? 0;
    seen.commit = seen.applied;
    if (snapshot !== undefined) this.#applied(raft, snapshot.index, digest);
  }

  writing(raft: Raft<string>, batch: WriteBatch<string>): void {
    const seen = this.#seen.get(raft.id)!;
    const { truncateFrom, entries } = batch;
    if (truncateFrom !== undefined) {
      if (raft.role === 'leader')
        this.#break('leader-append-only', `${raft.id} drops entries while it leads`);
      if (truncateFrom <= seen.commit) {
        this.#break(
          'nothing-falls',
          `${raft.id} drops entry ${truncateFrom}, having committed ${seen.commit}`,
        );
      }
    }
    for (const entry of entries) this.#match(raft, entry);
    seen.log.writing(batch);
  }

  written(raft: Raft<string>, sequence: number): void {
    const { log } = this.#seen.get(raft.id)!;
    log.written(sequence);
    const { term, vote } = log.hardState;
    if (vote !== undefined) this.#voted(raft, term, vote);
  }

  sending(raft: Raft<string>, message: Message<string>): void {
    if (message.term < raft.term && message.kind !== 'vote-request') {
      const { kind, term } = message;
      this.#break('promises-are-durable', `${raft.id} sends ${kind} of term ${term} in term ${raft.term}`);
    }
    if (message.kind === 'vote-response') {
      if (message.granted && !message.preVote) this.#promised(raft, message.term, message.to);
    } else if (message.kind === 'append-response' && message.rejected === undefined) {
      const { durable } = this.#seen.get(raft.id)!.log;
      if (message.index <= durable) return;
      this.#break(
        'promises-are-durable',
        `${raft.id} acknowledges ${message.index}, but ${durable} is durable`,
      );
    }
  }

  applied(raft: Raft<string>, index: number, digest: number): void {
    const seen = this.#seen.get(raft.id)!;
    if (index !== seen.applied + 1) {
      this.#break('state-machine-safety', `${raft.id} applies ${index} after ${seen.applied}`);
    }
    seen.applied = index;
    const entry = raft.entryAt(index);
    if (entry !== undefined) this.#committed(raft, entry);
    this.#applied(raft, index, digest);
  }

  restored(raft: Raft<string>, { index }: SnapshotMetadata, digest: number): void {
    const seen = this.#seen.get(raft.id)!;
    if (index < seen.applied) {
      this.#break(
        'nothing-falls',
        `${raft.id} had applied ${seen.applied}, and takes a snapshot at ${index}`,
      );
    }
    seen.applied = index;
    seen.commit = Math.max(seen.commit, index);
    this.#applied(raft, index, digest);
  }

  settled(raft: Raft<string>): void {
    const seen = this.#seen.get(raft.id)!;
    const { term, commitIndex } = raft;
    const leads = raft.role === 'leader';
    if (term < seen.term) this.#break('nothing-falls', `${raft.id} fell from term ${seen.term} to ${term}`);
    if (leads && (!seen.leads || term !== seen.term)) this.#elected(raft);
    seen.term = term;
    seen.leads = leads;
    if (commitIndex !== seen.commit) this.#commitMoved(raft, seen);
  }

  reading(raft: Raft<string>, id: number): void {
    this.#seen.get(raft.id)!.reads.asked(id, this.decided.lastIndex);
  }

  readAnswered(raft: Raft<string>, read: ReadOutcome): void {
    const wrong = this.#seen.get(raft.id)!.reads.answered(raft.id, read);
    if (wrong !== undefined) this.#break('reads-are-current', wrong);
  }

  damaged(host: string): void {
    this.#onDamaged(host);
  }

  /** A member votes once in a term. */
  #voted(raft: Raft<string>, term: number, candidate: MemberId): void {
    const vote = `${raft.id} ${term}`;
    const voted = this.#votes.get(vote);
    if (voted === undefined) this.#votes.set(vote, candidate);
    else if (voted !== candidate) {
      this.#break('election-safety', `${raft.id} votes for ${voted} and ${candidate} in term ${term}`);
    }
  }

  /** It tells a candidate that it votes for it: nothing may make it forget that. */
  #promised(raft: Raft<string>, term: number, candidate: MemberId): void {
    this.#voted(raft, term, candidate);
    const { hardState } = this.#seen.get(raft.id)!.log;
    if (hardState.term > term || (hardState.term === term && hardState.vote === candidate)) return;
    this.#break(
      'promises-are-durable',
      `${raft.id} votes for ${candidate} in term ${term} before that is durable`,
    );
  }

  #elected(raft: Raft<string>): void {
    const leader = this.#leaders.get(raft.term);
    if (leader !== undefined && leader !== raft.id) {
      this.#break('election-safety', `both ${leader} and ${raft.id} lead in term ${raft.term}`);
    }
    this.#leaders.set(raft.term, raft.id);
    const { voters, outgoing } = raft.configuration;
    for (const group of [voters, outgoing]) {
      const granted = group.filter((member) => this.#votes.get(`${member} ${raft.term}`) === raft.id);
      if (group.length === 0 || granted.length * 2 > group.length) continue;
      const text = `${raft.id} leads term ${raft.term} by ${granted.join(', ')} of ${group.join(', ')}`;
      this.#break('election-safety', text);
    }
    const { decided } = this;
    for (let index = Math.max(1, raft.firstIndex); index <= decided.lastIndex; index++) {
      const term = decided.termAt(index);
      if (!decided.isDecidedBefore(index, raft.term) || raft.termAt(index) === term) continue;
      this.#break('leader-completeness', `${raft.id} leads term ${raft.term} without ${index}@${term}`);
      return;
    }
  }

  #commitMoved(raft: Raft<string>, seen: Seen): void {
    const { commitIndex, id } = raft;
    if (commitIndex < seen.commit) {
      this.#break('nothing-falls', `${id} had committed ${seen.commit}, and now only ${commitIndex}`);
    }
    for (let index = Math.max(seen.commit + 1, raft.firstIndex); index <= commitIndex; index++) {
      const entry = raft.entryAt(index);
      if (entry !== undefined) this.#committed(raft, entry);
    }
    if (raft.role === 'leader') this.#checkMajority(raft, commitIndex);
    seen.commit = commitIndex;
  }

  /** A leader commits entries of its own term alone by counting, once they are durable on a majority. */
  #checkMajority(raft: Raft<string>, index: number): void {
    const term = raft.termAt(index);
    if (term !== raft.term) {
      this.#break('commit-by-majority', `${raft.id} commits ${index}@${term} by itself in term ${raft.term}`);
      return;
    }
    const { voters, outgoing } = raft.configuration;
    for (const group of [voters, outgoing]) {
      const holders = group.filter((member) => this.#seen.get(member)?.log.holds(index, term));
      if (group.length === 0 || holders.length * 2 > group.length) continue;
      const text = `${raft.id} commits ${index}@${term}, durable on ${holders.join(', ')} of ${group.join(', ')}`;
      this.#break('commit-by-majority', text);
    }
  }

  #committed(raft: Raft<string>, entry: Entry<string>): void {
    const wrong = this.decided.commit(raft.id, raft.term, entry);
    if (wrong !== undefined) this.#break('state-machine-safety', wrong);
  }

  #applied(raft: Raft<string>, index: number, digest: number): void {
    if (raft.configuration.witnesses.includes(raft.id)) return;
    const wrong = this.decided.apply(raft.id, index, digest);
    if (wrong !== undefined) this.#break('state-machine-safety', wrong);
  }

  /** Two entries of one index and term are the same, and follow entries of the same term. */
  #match(raft: Raft<string>, entry: Entry<string>): void {
    const place = entry.index * termRange + entry.term;
    const before = raft.termAt(entry.index - 1);
    const known = this.#entries.get(place);
    if (known === undefined) {
      this.#entries.set(place, { entry, before });
      return;
    }
    const follows = before === undefined || known.before === undefined || before === known.before;
    if (follows && sameEntry(known.entry, entry)) return;
    const text = `${raft.id} writes ${describe(entry)} after term ${before}, others ${describe(known.entry)} after ${known.before}`;
    this.#break('log-matching', text);
  }

  #break(invariant: ClusterInvariant, text: string): void {
    if (!this.#broken.has(invariant)) this.#broken.set(invariant, text);
  }
}
