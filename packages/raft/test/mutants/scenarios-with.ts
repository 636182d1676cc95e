import { loadWithBug } from '@holdfast/simulation/planted-bugs';
import type { RaftBug } from './planted-bugs.ts';

const source = new URL('../../src/', import.meta.url);
const entry = new URL('testkit/scenario/raft-scenarios.ts', source);

type Scenarios = typeof import('../../src/testkit/scenario/raft-scenarios.ts');

/** The scenarios of Raft, with `bug` planted in core and testkit. */
export async function scenariosWith(bug: RaftBug | undefined): Promise<Scenarios['raftScenarios']> {
  const loaded = await loadWithBug<Scenarios>(bug, { entry, source, load: (name) => import(name) });
  return loaded.raftScenarios;
}
