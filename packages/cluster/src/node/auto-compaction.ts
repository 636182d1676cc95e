import { type Clock, Timer, type World } from '@holdfast/core';
import { CompactionRequest } from '../etcd/kv.ts';
import type { ClusterMember } from '../member/cluster-member.ts';
import { encodeCommand } from '../state/command.ts';

/** How much of its history a store keeps by itself. */
export type AutoCompaction =
  /** What is older than so many microseconds is forgotten. */
  | { readonly mode: 'periodic'; readonly retention: number }
  /** All but so many revisions are forgotten. */
  | { readonly mode: 'revision'; readonly retention: number };

/** Microseconds between two looks; when periodic, a tenth of the retention if that is less. As in etcd. */
const interval = 300_000_000;

/** Has the leader compact now and then. Each member watches the revisions, so that a new leader knows what is old. */
export class AutoCompactor extends Timer {
  readonly #rule: AutoCompaction;
  readonly #member: Pick<ClusterMember, 'propose' | 'status'>;
  readonly #world: World;
  readonly #interval: number;
  /** Revisions as they were, the oldest first; at most as many as a retention has intervals. */
  readonly #seen: { readonly at: number; readonly revision: number }[] = [];
  #compacted = 0;
  #stopped = false;

  constructor(rule: AutoCompaction, member: Pick<ClusterMember, 'propose' | 'status'>, world: World) {
    super();
    this.#rule = rule;
    this.#member = member;
    this.#world = world;
    this.#interval =
      rule.mode === 'periodic' ? Math.max(1, Math.min(interval, Math.floor(rule.retention / 10))) : interval;
    this.#arm();
  }

  fire(): void {
    const { role, revision } = this.#member.status();
    const old = this.#oldRevision(revision, this.#world.clock);
    if (role === 'leader' && old > this.#compacted) void this.#compact(old);
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#world.timers.disarm(this);
  }

  /** The newest revision that need not be kept. */
  #oldRevision(revision: number, clock: Clock): number {
    if (this.#rule.mode === 'revision') return revision - this.#rule.retention;
    const now = clock.now();
    this.#seen.push({ at: now, revision });
    let old = 0;
    while (this.#seen.length > 0 && now - this.#seen[0]!.at >= this.#rule.retention) {
      old = this.#seen.shift()!.revision;
    }
    return old;
  }

  async #compact(revision: number): Promise<void> {
    const payload = CompactionRequest.encode(CompactionRequest.create({ revision }));
    try {
      // A refusal means that somebody has compacted as far already.
      await this.#member.propose(encodeCommand({ kind: 'compact', payload }));
      this.#compacted = revision;
    } catch {
      // Whoever leads next time tries again.
    }
  }

  #arm(): void {
    if (!this.#stopped) this.#world.timers.arm(this, this.#world.clock.now() + this.#interval);
  }
}
