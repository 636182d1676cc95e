import type { Scenario } from '@holdfast/simulation';
import type { ClusterOperation } from './cluster-operation.ts';
import type { ClusterRun } from './cluster-run.ts';
import { clusterScenario } from './cluster-scenario.ts';
import type { ClusterScenarioOptions } from './cluster-scenario-options.ts';

const three = ['member-1', 'member-2', 'member-3'];

const all: readonly ClusterScenarioOptions[] = [{ name: 'cluster-three', members: three }];

/** The scenarios of the cluster that a campaign runs, by name. */
export const clusterScenarios: Readonly<Record<string, Scenario<ClusterOperation, ClusterRun>>> =
  Object.fromEntries(all.map((options) => [options.name, clusterScenario(options)]));
