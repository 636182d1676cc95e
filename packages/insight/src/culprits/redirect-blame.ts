import { NamedDigraph } from '../graph/digraph.ts';
import { stronglyConnected } from '../graph/strongly-connected.ts';
import { Afflictions } from './afflictions.ts';
import type { Docket, Filed } from './docket.ts';
import type { Charge } from './exhibit.ts';
import { Queues } from './queued-behind.ts';
import { unlessCallerStoodStill } from './standstills.ts';

/** Callers cut themselves off from a callee of which this share of calls goes wrong at the time, beyond the usual: fails, or is late. */
const cutOffFrom = 0.2;

/**
 * Passes blame on to those at whom other exhibits point: who waits behind calls to somebody seems slow itself, and who calls
 * nobody any more because a breaker is open seems to fail by itself.
 */
export function redirectBlame(current: Docket, baseline: Docket): Filed[] {
  return unlessCutOff(unlessQueued(unlessCallerStoodStill(current.filed)), current, baseline);
}

function unlessQueued(filed: readonly Filed[]): Filed[] {
  const queues = new Queues(filed);
  return filed.map((exhibit) => {
    const accused = queues.behind(exhibit);
    return accused === undefined ? exhibit : passedOn(exhibit, accused, 'queue-time');
  });
}

/** Failures of those that did not call whom they usually call are put down to the one behind these that does not serve. */
function unlessCutOff(filed: readonly Filed[], current: Docket, baseline: Docket): Filed[] {
  const afflictions = new Afflictions(current, baseline);
  for (const exhibit of filed) if (!mayBeCutOff(exhibit)) afflictions.add(exhibit);
  for (const exhibit of baseline.filed) if (!mayBeCutOff(exhibit)) afflictions.addUsual(exhibit);
  const graph = callGraph(baseline);
  const redirected: Filed[] = filed.filter((exhibit) => !mayBeCutOff(exhibit));
  const open = groupByAccused(filed.filter(mayBeCutOff));
  // Callees first: what stays with one of them counts when its callers are judged.
  for (const service of stronglyConnected(graph)
    .flat()
    .map((node) => graph.names[node]!)) {
    for (const exhibit of open.get(service) ?? []) {
      const accused = worstOf(behind(graph, exhibit.missing), exhibit, afflictions);
      if (accused === undefined) afflictions.add(exhibit);
      redirected.push(accused === undefined ? exhibit : passedOn(exhibit, accused, 'cut-off'));
    }
    open.delete(service);
  }
  return [...redirected, ...[...open.values()].flat()];
}

function mayBeCutOff({ charge, missing }: Filed): boolean {
  return charge === 'own-failure' && missing.length > 0;
}

function passedOn(filed: Filed, accused: string, charge: Charge): Filed {
  return { ...filed, accused, charge, caller: filed.accused, operation: undefined, instance: undefined };
}

function callGraph({ callers }: Docket): NamedDigraph {
  const graph = new NamedDigraph();
  for (const [callee, names] of callers) for (const caller of names) graph.edge(caller, callee);
  return graph;
}

/** Those named, and all whom they lead to. */
function behind(graph: NamedDigraph, names: readonly string[]): Set<string> {
  const found = new Set(names);
  for (const name of found)
    for (const next of graph.successors[graph.node(name)]!) found.add(graph.names[next]!);
  return found;
}

/** Of those candidates, the one of whose calls most went wrong at the time, if enough did. */
function worstOf(
  candidates: Iterable<string>,
  { accused, from }: Filed,
  afflictions: Afflictions,
): string | undefined {
  let worst: string | undefined;
  let most = cutOffFrom;
  for (const candidate of candidates) {
    const share = candidate === accused ? 0 : afflictions.shareAt(candidate, from);
    if (share > most) [worst, most] = [candidate, share];
  }
  return worst;
}

function groupByAccused(filed: readonly Filed[]): Map<string, Filed[]> {
  const groups = new Map<string, Filed[]>();
  for (const exhibit of filed) {
    const group = groups.get(exhibit.accused);
    if (group === undefined) groups.set(exhibit.accused, [exhibit]);
    else group.push(exhibit);
  }
  return groups;
}
