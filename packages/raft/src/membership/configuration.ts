import type { MemberId } from './member-id.ts';

/**
 * Who takes part. While `outgoing` is not empty the configuration is joint: elections and commits need a majority of
 * `voters` and one of `outgoing`. All lists are sorted and without duplicates.
 */
export interface Configuration {
  readonly voters: readonly MemberId[];
  /** The voters before a joint change, until it is left. */
  readonly outgoing: readonly MemberId[];
  /** They receive the log and neither vote nor count. */
  readonly learners: readonly MemberId[];
  /** Voters of `outgoing` that become learners when the joint configuration is left. */
  readonly learnersNext: readonly MemberId[];
  /** Those voters that keep no commands: they vote and count, and never lead. */
  readonly witnesses: readonly MemberId[];
  /** Whether a leader leaves the joint configuration by itself as soon as it is committed. */
  readonly leavesJoint: boolean;
}

/** What one member is to become. */
export interface MemberChange {
  readonly member: MemberId;
  readonly role: 'voter' | 'learner' | 'witness' | 'removed';
}

/** A change of the membership. */
export type MembersChange =
  | {
      readonly kind: 'change';
      readonly members: readonly MemberChange[];
      /**
       * How to get there. `automatic` (the default): one step if it alters at most one voter, else joint and left by
       * itself. `joint`: joint even if one step would do. `joint-explicit`: joint until told to leave.
       */
      readonly by?: 'automatic' | 'joint' | 'joint-explicit';
    }
  | { readonly kind: 'leave-joint' };
