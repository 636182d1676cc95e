import type { HostContext } from '@holdfast/simulation';
import type { Consensus } from '../consensus.ts';

/** An algorithm for a replicated log, as the simulated cluster and the conformance suite are given it. */
export interface ConsensusProtocol {
  readonly name: string;
  /**
   * One member, made anew at each start of its host. It uses callbacks only, never promises, and recovers from
   * `context.callbackDisk` what an earlier process left there.
   */
  member(context: HostContext, options: ConsensusMemberOptions): Consensus;
}

export interface ConsensusMemberOptions {
  /** The names of all members' hosts, this one's among them: whom the cluster consists of when it is first started. */
  readonly members: readonly string[];
}
