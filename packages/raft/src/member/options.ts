import type { Random } from '@holdfast/core';
import type { MemberId } from '../membership/member-id.ts';

export interface RaftOptions {
  readonly id: MemberId;
  readonly random: Random;
  /**
   * Microseconds without a leader's word after which a member may campaign; each time it waits between this and twice
   * as long. Also how long a follower stands by its leader, and how long a leader leads without a majority. The same
   * on all members if reads use leases. Default 1,000,000.
   */
  readonly electionTimeout?: number;
  /** Microseconds between heartbeats. Default a tenth of the election timeout. */
  readonly heartbeatInterval?: number;
  /** Ask before raising the term, so that a member that was cut off disturbs nobody (dissertation 9.6). Default true. */
  readonly preVote?: boolean;
  /** A leader that has not heard from a majority steps down, and followers stand by a live leader. Default true. */
  readonly checkQuorum?: boolean;
  /**
   * 0 to 10: each step below 10 makes this member wait a tenth of the election timeout longer before it campaigns, and
   * 0 makes it never campaign unless told to. Default 10.
   */
  readonly priority?: number;
  /**
   * How reads are made linearizable. `confirm`: a majority confirms the leader for each batch of reads. `lease`: a
   * leader that a majority has confirmed recently reads at once, which is right only while no two members' clocks
   * drift apart by more than `clockDriftMax`. Default `confirm`.
   */
  readonly reads?: 'confirm' | 'lease';
  /** By how many parts per million a member's clock may run faster or slower than true time. Default 10,000: 1%. */
  readonly clockDriftMax?: number;
  /** Bytes of entries in one append message, of which there is one entry at least. Default 1 MiB. */
  readonly appendBytesMax?: number;
  /** Append messages to a follower without an answer. Default 64. */
  readonly inflightMessagesMax?: number;
  /** Bytes of entries in them. Default 8 MiB. */
  readonly inflightBytesMax?: number;
  /** Bytes of entries that are not committed, or not durable here, at which a leader refuses proposals. Default 64 MiB. */
  readonly uncommittedBytesMax?: number;
  /** Bytes of entries handed out and not yet reported as applied, beyond which no more is. Default 16 MiB. */
  readonly applyBytesMax?: number;
  /** Reads that may wait. Default 10,000. */
  readonly readsMax?: number;
  /** Bytes of one chunk of a snapshot. Default 1 MiB. */
  readonly chunkBytesMax?: number;
}
