export type { Consensus, ProposalId, ProposalOutcome } from './consensus.ts';
