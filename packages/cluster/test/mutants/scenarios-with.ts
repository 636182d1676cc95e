import { loadWithBug } from '@holdfast/simulation/planted-bugs';
import type { ClusterBug } from './planted-bugs.ts';

const source = new URL('../../src/', import.meta.url);
const entry = new URL('testkit/scenario/cluster-scenarios.ts', source);

type Scenarios = typeof import('../../src/testkit/scenario/cluster-scenarios.ts');

/** The scenarios of the cluster, with `bug` planted in core and testkit. */
export async function scenariosWith(bug: ClusterBug): Promise<Scenarios['clusterScenarios']> {
  const loaded = await loadWithBug<Scenarios>(bug, { entry, source, load: (name) => import(name) });
  return loaded.clusterScenarios;
}
