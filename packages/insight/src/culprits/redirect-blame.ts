import { NamedDigraph } from '../graph/digraph.ts';
import { stronglyConnected } from '../graph/strongly-connected.ts';
import type { Docket, Filed } from './docket.ts';
import { type Charge, isOfTime } from './exhibit.ts';
import { Queues } from './queued-behind.ts';

/** Callers cut themselves off from a callee of which this share of calls goes wrong, beyond the usual: fails, or is late. */
const cutOffFrom = 0.2;
/**
 * A failure weighs as much as so many late answers: with an open breaker only its probes fail. An answer is late as far as it
 * makes a whole request take twice its time: what waits less fills no door.
 */
const failureWeight = 4;

/**
 * Passes blame on to those at whom other exhibits point: who waits behind calls to somebody seems slow itself, and who calls
 * nobody any more because a breaker is open seems to fail by itself.
 */
export function redirectBlame(current: Docket, baseline: Docket): Filed[] {
  return unlessCutOff(unlessQueued(current.filed), current, baseline);
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
  const afflictions = new Afflictions(filed, current, baseline);
  const graph = callGraph(baseline);
  const redirected: Filed[] = filed.filter((exhibit) => !mayBeCutOff(exhibit));
  const open = groupByAccused(filed.filter(mayBeCutOff));
  // Callees first: what stays with one of them counts when its callers are judged.
  for (const service of stronglyConnected(graph)
    .flat()
    .map((node) => graph.names[node]!)) {
    for (const exhibit of open.get(service) ?? []) {
      const accused = afflictions.worst(behind(graph, exhibit.missing), service);
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

/** Of the calls that somebody got: the share that something stands against, beyond the usual. */
class Afflictions {
  readonly #shares: Map<string, number> = new Map();
  readonly #current: Docket;
  /** Microseconds that a request usually takes. */
  readonly #usualTime: number;

  constructor(filed: readonly Filed[], current: Docket, baseline: Docket) {
    this.#current = current;
    this.#usualTime = Math.max(1, baseline.meanTime);
    for (const exhibit of filed) if (!mayBeCutOff(exhibit)) this.add(exhibit);
    for (const filed of baseline.filed) {
      if (!mayBeCutOff(filed)) this.#count(filed, -1 / timesCalled(baseline, filed.accused));
    }
  }

  add(filed: Filed): void {
    this.#count(filed, 1 / timesCalled(this.#current, filed.accused));
  }

  worst(candidates: Iterable<string>, besides: string): string | undefined {
    let worst: string | undefined;
    let most = cutOffFrom;
    for (const candidate of candidates) {
      const share = this.#shares.get(candidate) ?? 0;
      if (candidate !== besides && share > most) [worst, most] = [candidate, share];
    }
    return worst;
  }

  #count({ accused, charge, weight }: Filed, share: number): void {
    const gravity = isOfTime(charge) ? Math.min(1, weight / this.#usualTime) : failureWeight;
    this.#shares.set(accused, (this.#shares.get(accused) ?? 0) + share * gravity);
  }
}

function timesCalled({ calls, requests }: Docket, name: string): number {
  return Math.max(1, calls.get(name) ?? 0, requests.get(name) ?? 0);
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
