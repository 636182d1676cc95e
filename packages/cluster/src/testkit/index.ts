export { clusterKeptSeeds } from './scenario/cluster-kept-seeds.ts';
export type { ClusterOperation, Order, OrderKind } from './scenario/cluster-operation.ts';
export { ClusterRun } from './scenario/cluster-run.ts';
export { clusterScenario } from './scenario/cluster-scenario.ts';
export type { ClusterScenarioOptions } from './scenario/cluster-scenario-options.ts';
export { clusterScenarios } from './scenario/cluster-scenarios.ts';
