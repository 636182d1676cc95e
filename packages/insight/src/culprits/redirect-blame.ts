import { NamedDigraph } from '../graph/digraph.ts';
import { stronglyConnected } from '../graph/strongly-connected.ts';
import { type Docket, type Filed, isOfTime } from './docket.ts';

/** A callee of which so many more calls go wrong than usual is one that callers cut themselves off from. */
const cutOffFrom = 0.2;

/**
 * Passes blame on to those at whom other exhibits point. Who calls nobody any more because a breaker is open fails by
 * itself as it seems, and a process that stands still seems to wait for whomever it had called.
 */
export function redirectBlame(current: Docket, baseline: Docket): Filed[] {
  return unlessItsCaller(unlessCutOff(current, baseline), current, baseline);
}

/** Failures of those that did not call whom they usually call are put down to the one behind these that does not serve. */
function unlessCutOff(current: Docket, baseline: Docket): Filed[] {
  const afflictions = new Afflictions(current, baseline);
  const graph = callGraph(baseline);
  const redirected: Filed[] = current.filed.filter((filed) => !mayBeCutOff(filed));
  const open = groupByAccused(current.filed.filter(mayBeCutOff));
  // Callees first: what stays with one of them counts when its callers are judged.
  for (const service of stronglyConnected(graph)
    .flat()
    .map((node) => graph.names[node]!)) {
    for (const filed of open.get(service) ?? []) {
      const accused = afflictions.worst(behind(graph, filed.missing), service);
      if (accused === undefined) afflictions.add(filed);
      redirected.push(accused === undefined ? filed : passedOn(filed, accused));
    }
    open.delete(service);
  }
  return [...redirected, ...[...open.values()].flat()];
}

function mayBeCutOff({ charge, missing }: Filed): boolean {
  return charge === 'own-failure' && missing.length > 0;
}

function passedOn(filed: Filed, accused: string): Filed {
  return { ...filed, accused, operation: undefined, instance: undefined };
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

  constructor(current: Docket, baseline: Docket) {
    this.#current = current;
    for (const filed of current.filed) if (!mayBeCutOff(filed)) this.add(filed);
    for (const filed of baseline.filed) {
      if (!mayBeCutOff(filed)) this.#count(filed.accused, -1 / timesCalled(baseline, filed.accused));
    }
  }

  add({ accused }: Filed): void {
    this.#count(accused, 1 / timesCalled(this.#current, accused));
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

  #count(name: string, share: number): void {
    this.#shares.set(name, (this.#shares.get(name) ?? 0) + share);
  }
}

function timesCalled({ calls, requests }: Docket, name: string): number {
  return Math.max(1, calls.get(name) ?? 0, requests.get(name) ?? 0);
}

/**
 * What only one caller says of its callee is the caller's own, where more stands against the caller itself than against the
 * callee by all others.
 */
function unlessItsCaller(filed: readonly Filed[], current: Docket, baseline: Docket): Filed[] {
  const said = new Map<string, number>();
  const add = (key: string, more: number): void => void said.set(key, (said.get(key) ?? 0) + more);
  const count = (exhibits: readonly Filed[], factor: number): void => {
    for (const { accused, caller, charge, weight } of exhibits) {
      const more = (isOfTime(charge) ? weight / Math.max(1, baseline.meanTime) : weight) * factor;
      add(accused, more);
      if (caller !== undefined) add(`${caller}\n${accused}`, more);
    }
  };
  count(filed, 1 / Math.max(1, current.traces));
  count(baseline.filed, -1 / Math.max(1, baseline.traces));
  const against = (key: string): number => said.get(key) ?? 0;
  return filed.map((exhibit) => {
    const { caller, accused } = exhibit;
    if (caller === undefined) return exhibit;
    const between = against(`${caller}\n${accused}`);
    const elsewhere = against(accused) - between;
    const suspicious = against(caller) > 2 * Math.max(0, elsewhere) && against(caller) > between / 3;
    return suspicious ? passedOn(exhibit, caller) : exhibit;
  });
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
