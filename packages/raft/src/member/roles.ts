import type { Entry } from '../log/entry.ts';
import type { MemberId } from '../membership/member-id.ts';
import type { Membership } from '../membership/membership.ts';
import { Inflights } from '../peers/inflights.ts';
import { Peer, Standing } from '../peers/progress.ts';
import { Rounds } from '../peers/rounds.ts';
import { type ForwardedReads, LeaderReads } from './read-queues.ts';
import type { Settings } from './settings.ts';

/** What a member is at present, with the data that has a meaning only then. */
export type Role = Follower | PreCandidate | Candidate | Leader;

export type RoleName = Role['name'];

/** A leader in the eyes of a follower. */
export interface Following {
  readonly id: MemberId;
  /** When it was last heard of. */
  heardAt: number;
}

/** Follows a leader, once it has heard from one. */
export interface Follower {
  readonly name: 'follower';
  following: Following | undefined;
  /** When it campaigns unless it hears from a leader before. */
  electionAt: number;
  readonly reads: ForwardedReads;
}

/** Asks whether it would be elected. */
export interface PreCandidate {
  readonly name: 'pre-candidate';
  readonly votes: Map<MemberId, boolean>;
  readonly electionAt: number;
}

/** Asks for votes in its term. */
export interface Candidate {
  readonly name: 'candidate';
  readonly votes: Map<MemberId, boolean>;
  readonly electionAt: number;
}

/** Leadership on its way to another member. */
export interface Transfer {
  readonly to: MemberId;
  readonly deadline: number;
  /** Whether it has been told to campaign. */
  told: boolean;
}

/** Entries that are sent together. */
export interface Batch<Command> {
  readonly first: number;
  readonly end: number;
  readonly entries: readonly Entry<Command>[];
  readonly bytes: number;
}

const emptyBatch: Batch<unknown> = { first: 0, end: 0, entries: [], bytes: 0 };

/** Leads, and knows how far each member is. */
export class Leader {
  readonly name = 'leader';
  /** The entry with which its term began: nothing earlier is committed by counting. */
  readonly firstOfTerm: number;
  readonly self: Standing;
  readonly peers: Map<MemberId, Peer> = new Map();
  voters: readonly Standing[] = [];
  outgoing: readonly Standing[] = [];
  readonly rounds: Rounds = new Rounds();
  readonly reads: LeaderReads = new LeaderReads();
  heartbeatAt: number;
  transfer: Transfer | undefined;
  /**
   * Whether it reads without asking. A member that has been told to campaign may do so at any later time, whatever
   * others have promised this leader, so that there are no leases any more in its term.
   */
  leases: boolean;
  /** Up to here its log is committed, and durable here. */
  settled: number;
  /** Bytes of the entries after that. */
  unsettledBytes: number;
  /** The last entries that were looked up to be sent. */
  batch: Batch<unknown> = emptyBatch;
  private readonly settings: Settings;

  constructor(settings: Settings, firstOfTerm: number, settled: number, unsettledBytes: number, now: number) {
    const { id, reads, heartbeatInterval } = settings;
    this.settings = settings;
    this.firstOfTerm = firstOfTerm;
    this.leases = reads === 'lease';
    this.settled = settled;
    this.unsettledBytes = unsettledBytes;
    this.heartbeatAt = now + heartbeatInterval;
    this.rounds.start(now);
    this.self = new Standing(id, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  }

  /** Looks after exactly the members of `membership` from now on. New ones are probed from `next`. */
  follow(membership: Membership, next: number, now: number): void {
    const { members, configuration } = membership;
    for (const id of this.peers.keys()) {
      if (!members.includes(id)) this.peers.delete(id);
    }
    for (const id of members) {
      if (id === this.self.id || this.peers.has(id)) continue;
      const inflights = new Inflights(this.settings.inflightMessagesMax, this.settings.inflightBytesMax);
      this.peers.set(id, new Peer(id, membership.isWitness(id), next, now, inflights));
    }
    this.voters = configuration.voters.map((id) => this.standing(id));
    this.outgoing = configuration.outgoing.map((id) => this.standing(id));
    if (this.transfer !== undefined && !membership.canLead(this.transfer.to)) this.transfer = undefined;
  }

  private standing(id: MemberId): Standing {
    return id === this.self.id ? this.self : this.peers.get(id)!;
  }
}
