export { Agreement } from './cluster/agreement.ts';
export type { Proposal } from './cluster/proposal.ts';
export { SimulatedCluster } from './cluster/simulated-cluster.ts';
export type { ConformanceCase } from './conformance/conformance-case.ts';
export { consensusConformance } from './conformance/consensus-conformance.ts';
export type { ConsensusMemberOptions, ConsensusProtocol } from './consensus-protocol.ts';
export { raftProtocol } from './raft-protocol.ts';
export { raftScenarios } from './scenario/raft-scenarios.ts';
