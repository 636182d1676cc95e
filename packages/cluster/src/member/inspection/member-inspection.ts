import type { World } from '@holdfast/core';
import type { Raft } from '@holdfast/raft';
import type { LeaseDirectory } from '../../state/leases/lease-directory.ts';
import type { PeerCalls } from '../calls/peer-calls.ts';
import type { MemberDescription, MemberStatus } from '../cluster-member.ts';
import type { LeaseKeeper } from '../leases/lease-keeper.ts';
import type { ClusterReport, LeaseReport, MemberReport } from './cluster-report.ts';

export interface MemberInspectionOptions {
  readonly world: World;
  readonly id: string;
  readonly clusterId: string;
  readonly nativeUrls: readonly string[];
  readonly status: () => MemberStatus;
  readonly members: () => readonly MemberDescription[];
  readonly raft: Raft<Uint8Array>;
  readonly state: { readonly leases: LeaseDirectory };
  readonly leases: LeaseKeeper;
  readonly calls: PeerCalls;
  /** Microseconds that another member has for its answer. */
  readonly timeout: number;
}

/** What a member tells another one that asks. Part of the wire: fields are only added. */
interface MemberFacts {
  readonly role: MemberStatus['role'];
  readonly term: number;
  readonly lastIndex: number;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  readonly storedBytes: number;
  readonly nativeUrls?: readonly string[];
  /** Of the leader alone. */
  readonly leading?: {
    /** Up to where it knows the logs of others to be its own. */
    readonly matches: Readonly<Record<string, number>>;
    readonly leases: readonly LeaseReport[];
    readonly leasesOmitted: number;
  };
}

const leasesMax = 100;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const nothing = new Uint8Array(0);

/** Looks at the whole cluster from one member: each is asked for what it knows of itself. */
export class MemberInspection {
  readonly #options: MemberInspectionOptions;

  constructor(options: MemberInspectionOptions) {
    this.#options = options;
  }

  /** What this member tells the others. */
  answer(): Uint8Array {
    return encoder.encode(JSON.stringify(this.#own()));
  }

  /** Never rejects: who does not answer in time is unreachable. */
  async report(): Promise<Omit<ClusterReport, 'alarms'>> {
    const { clusterId, members } = this.#options;
    const known = members();
    const facts = await Promise.all(known.map(({ id }) => this.#factsOf(id)));
    const leading = facts.find((each) => each?.leading !== undefined)?.leading;
    const committed = facts.reduce((highest, each) => Math.max(highest, each?.commitIndex ?? 0), 0);
    return {
      name: clusterId,
      members: known.map((member, index) =>
        memberReport(member, facts[index], leading?.matches[member.id] ?? 0, committed),
      ),
      leases: leading?.leases ?? [],
      leasesOmitted: leading?.leasesOmitted ?? 0,
    };
  }

  async #factsOf(id: string): Promise<MemberFacts | undefined> {
    const { calls, timeout } = this.#options;
    if (id === this.#options.id) return this.#own();
    try {
      return JSON.parse(decoder.decode(await calls.ask(id, 'inspect', nothing, timeout))) as MemberFacts;
    } catch {
      return undefined;
    }
  }

  #own(): MemberFacts {
    const { role, term, lastIndex, commitIndex, appliedIndex, stateBytes } = this.#options.status();
    const { nativeUrls } = this.#options;
    const log = { term, lastIndex, commitIndex, appliedIndex };
    const facts: MemberFacts = { role, ...log, storedBytes: stateBytes, nativeUrls };
    return role === 'leader' ? { ...facts, leading: this.#leading() } : facts;
  }

  #leading(): NonNullable<MemberFacts['leading']> {
    const { raft, state } = this.#options;
    const leases: LeaseReport[] = [];
    for (const { id, ttl } of state.leases.all()) {
      if (leases.length === leasesMax) break;
      leases.push({
        id: id.toString(16).padStart(16, '0'),
        ttl: ttl * 1_000,
        remaining: this.#remaining(id) * 1_000,
        keys: state.leases.keyCountOf(id),
      });
    }
    return {
      matches: Object.fromEntries(raft.status().peers.map(({ id, match }) => [id, match])),
      leases,
      leasesOmitted: state.leases.count - leases.length,
    };
  }

  #remaining(id: bigint): number {
    return Math.max(0, this.#options.leases.countedDown(id));
  }
}

function memberReport(
  { id, name, clientUrls }: MemberDescription,
  facts: MemberFacts | undefined,
  match: number,
  committed: number,
): MemberReport {
  const member = { id, name, clientUrls, nativeUrls: facts?.nativeUrls ?? [] };
  if (facts === undefined) {
    const log = { lastIndex: match, commitIndex: 0, appliedIndex: 0, lag: Math.max(0, committed - match) };
    return { ...member, role: 'unreachable', term: 0, ...log, storedBytes: 0 };
  }
  const { role, term, lastIndex, commitIndex, appliedIndex, storedBytes } = facts;
  return {
    ...member,
    role: role === 'pre-candidate' ? 'candidate' : role,
    term,
    lastIndex,
    commitIndex,
    appliedIndex,
    lag: Math.max(0, committed - lastIndex),
    storedBytes,
  };
}
