import type { Configuration } from './configuration.ts';
import type { MemberId } from './member-id.ts';

/** A configuration with the questions that are asked of it, answered once. */
export class Membership {
  readonly configuration: Configuration;
  /** The entry that brought it; 0 for none at all. */
  readonly index: number;
  /** Everybody, sorted. */
  readonly members: readonly MemberId[];
  /** Those who vote, of both halves, sorted. */
  readonly allVoters: readonly MemberId[];
  private readonly voting: ReadonlySet<MemberId>;
  private readonly witnesses: ReadonlySet<MemberId>;
  /** Those who may not miss a command. */
  private readonly keepers: ReadonlySet<MemberId>;

  constructor(configuration: Configuration, index: number) {
    this.configuration = configuration;
    this.index = index;
    this.voting = new Set([...configuration.voters, ...configuration.outgoing]);
    this.witnesses = new Set(configuration.witnesses);
    this.allVoters = [...this.voting].sort();
    this.members = [...new Set([...this.allVoters, ...configuration.learners])].sort();
    this.keepers = new Set(this.members.filter((id) => !this.witnesses.has(id)));
  }

  get joint(): boolean {
    return this.configuration.outgoing.length > 0;
  }

  keepsCommands(id: MemberId): boolean {
    return this.keepers.has(id);
  }

  isVoter(id: MemberId): boolean {
    return this.voting.has(id);
  }

  isWitness(id: MemberId): boolean {
    return this.witnesses.has(id);
  }

  /** Whether `id` may lead: a voter that has the commands. */
  canLead(id: MemberId): boolean {
    return this.voting.has(id) && !this.witnesses.has(id);
  }
}

export const emptyConfiguration: Configuration = {
  voters: [],
  outgoing: [],
  learners: [],
  learnersNext: [],
  witnesses: [],
  leavesJoint: false,
};
