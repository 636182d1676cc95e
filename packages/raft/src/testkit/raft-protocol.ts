import type { HostContext } from '@holdfast/simulation';
import type { Consensus, ProposalId, ProposalOutcome } from '../consensus.ts';
import { raftErrors } from '../errors.ts';
import type { Message } from '../exchange/messages.ts';
import { bootstrapState } from '../log/stored-state.ts';
import type { RaftOptions } from '../member/options.ts';
import type { ConsensusMemberOptions, ConsensusProtocol } from './consensus-protocol.ts';
import { phaseOf, roleOf } from './member/describe-member.ts';
import { RaftMember } from './member/raft-member.ts';
import { ValueList } from './member/value-list.ts';
import { RecordStorage } from './storage/record-storage.ts';

/** Quick elections, small chunks and frequent snapshots: more happens in the same time. */
export const simulatedSettings: Omit<RaftOptions, 'id' | 'random'> = {
  electionTimeout: 400_000,
  heartbeatInterval: 100_000,
  chunkBytesMax: 512,
};

/** Raft, as the conformance suite is given it. */
export const raftProtocol: ConsensusProtocol = {
  name: 'Raft',
  member: (context, options) => new RaftConsensus(context, options),
};

/** What became of a proposal, or who waits for that. */
interface Ticket {
  outcome: ProposalOutcome | undefined;
  done: ((outcome: ProposalOutcome) => void) | undefined;
}

class RaftConsensus implements Consensus {
  readonly #context: HostContext;
  readonly #values = new ValueList();
  readonly #member: RaftMember<undefined>;
  readonly #tickets = new Map<ProposalId, Ticket>();

  constructor(context: HostContext, { members }: ConsensusMemberOptions) {
    this.#context = context;
    this.#member = new RaftMember({
      context,
      storage: new RecordStorage(context),
      machine: this.#values,
      settings: simulatedSettings,
      begin: () => ({ id: context.host, stored: bootstrapState(members) }),
      snapshotEvery: 100,
      snapshotTail: 20,
    });
    context.messages.onMessage = (message) => this.#member.receive(message as Message<string>);
    context.describe(() => ({ role: roleOf(this.#member), phase: phaseOf(this.#member) }));
  }

  get state(): string {
    return this.#member.raft?.role ?? 'recovering';
  }

  get leader(): string | undefined {
    return this.#member.raft?.leader;
  }

  get term(): number {
    return this.#member.raft?.term ?? 0;
  }

  get applied(): readonly string[] {
    return this.#values.values;
  }

  propose(value: string): ProposalId {
    if (this.#member.raft === undefined) throw notLeader(this.#context.host, undefined);
    const ticket: Ticket = { outcome: undefined, done: undefined };
    const proposal = this.#member.propose(value, (outcome) => {
      ticket.outcome = outcome;
      ticket.done?.(outcome);
    });
    if (proposal.outcome === 'refused') {
      if (proposal.refusal === 'not-leader') throw notLeader(this.#context.host, proposal.leader);
      throw raftErrors.create('PROPOSAL_REFUSED', {
        message: `${this.#context.host} does not take the proposal now: ${proposal.refusal}; try again later`,
        context: { refusal: proposal.refusal },
      });
    }
    const id = `${proposal.term}:${proposal.index}`;
    this.#tickets.set(id, ticket);
    return id;
  }

  waitCommitted(id: ProposalId, done: (outcome: ProposalOutcome) => void): void {
    const ticket = this.#tickets.get(id);
    this.#tickets.delete(id);
    if (ticket === undefined) done('unknown');
    else if (ticket.outcome !== undefined) done(ticket.outcome);
    else ticket.done = done;
  }
}

function notLeader(host: string, leader: string | undefined): Error {
  return raftErrors.create('NOT_LEADER', {
    message: `${host} does not lead; ${leader === undefined ? 'nobody is known to' : `ask ${leader}`}`,
    context: leader === undefined ? {} : { leader },
  });
}
