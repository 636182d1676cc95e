import { components } from '../components.ts';
import { type Anomaly, type CycleKind, describeTransaction } from './anomaly.ts';
import type { Dependency, DependencyGraph, DependencyKind } from './dependency-graph.ts';

/** One way of looking for cycles: with at least one edge of `start`, and others of `kinds` only. */
interface Pass {
  readonly start: DependencyKind;
  readonly kinds: ReadonlySet<DependencyKind>;
  /** Whether two edges of kind rw may follow each other. */
  readonly adjacent: boolean;
}

/** From so many edges of a component the shortest cycle is looked for. */
const startsMax = 200;

/** The simplest first, so that a component is named after the worst that is in it. */
function passes(realTime: boolean, adjacent: boolean): Pass[] {
  const pass = (start: DependencyKind, others: readonly DependencyKind[], mayBeAdjacent = true): Pass => ({
    start,
    kinds: new Set(realTime ? [...others, 'rt'] : others),
    adjacent: mayBeAdjacent,
  });
  return [
    pass('ww', ['ww']),
    pass('wr', ['ww', 'wr']),
    pass('rw', ['ww', 'wr']),
    pass('rw', ['ww', 'wr', 'rw'], false),
    ...(adjacent ? [pass('rw', ['ww', 'wr', 'rw'])] : []),
  ];
}

/**
 * Finds cycles: of each kind the shortest in each knot of transactions. Those of `G2-item` only where `adjacent` is
 * set, which snapshot isolation allows. Where there is a cycle at all, at least one is found.
 */
export function findCycles(graph: DependencyGraph, realTime: boolean, adjacent: boolean): Anomaly[] {
  const found = new Map<string, Anomaly>();
  for (const each of [...passes(false, adjacent), ...(realTime ? passes(true, adjacent) : [])]) {
    for (const cycle of cyclesOf(graph, each)) {
      const anomaly = describeCycle(graph, cycle);
      const members = anomaly.transactions.map(({ id }) => id).sort((a, b) => a - b);
      const name = `${anomaly.kind} ${members}`;
      if (!found.has(name)) found.set(name, anomaly);
    }
  }
  return [...found.values()];
}

/** Each node twice: reached by an edge of kind rw (odd) or not (even), so that no two of these follow each other. */
function expand({ edges }: DependencyGraph, { start, kinds, adjacent }: Pass): Dependency[][] {
  const allowed = edges.map((from) => from.filter(({ kind }) => kind === start || kinds.has(kind)));
  if (adjacent) return allowed;
  return allowed.flatMap((from) => {
    const plain = from.filter(({ kind }) => kind !== 'rw');
    const stepped = (edge: Dependency, odd: number): Dependency => ({
      ...edge,
      from: edge.from * 2 + odd,
      to: edge.to * 2 + (edge.kind === 'rw' ? 1 : 0),
    });
    return [from.map((edge) => stepped(edge, 0)), plain.map((edge) => stepped(edge, 1))];
  });
}

function cyclesOf(graph: DependencyGraph, pass: Pass): Dependency[][] {
  const edges = expand(graph, pass);
  const cycles: Dependency[][] = [];
  const isMoment = (node: number): boolean => (pass.adjacent ? node : node >> 1) >= graph.transactions.length;
  for (const members of components(edges.length, (node) => edges[node]!.map(({ to }) => to))) {
    const component = new Set(members);
    let shortest: Dependency[] | undefined;
    const starts = members
      .flatMap((node) => edges[node]!.filter(({ kind, to }) => kind === pass.start && component.has(to)))
      .slice(0, startsMax);
    for (const start of starts) {
      const follows = (edge: Dependency): boolean => pass.kinds.has(edge.kind) && component.has(edge.to);
      const rest = shortestPath(edges, start.to, start.from, follows, isMoment);
      if (rest !== undefined && (shortest === undefined || rest.length + 1 < shortest.length)) {
        shortest = [start, ...rest];
      }
      if (shortest?.length === 2) break;
    }
    if (shortest !== undefined) cycles.push(shortest);
  }
  return pass.adjacent
    ? cycles
    : cycles.map((cycle) => cycle.map((edge) => ({ ...edge, from: edge.from >> 1, to: edge.to >> 1 })));
}

/** Breadth first; moments in time count nothing. */
function shortestPath(
  edges: readonly (readonly Dependency[])[],
  from: number,
  to: number,
  follows: (edge: Dependency) => boolean,
  isMoment: (node: number) => boolean,
): Dependency[] | undefined {
  const reachedBy = new Map<number, Dependency | undefined>([[from, undefined]]);
  let level = [from];
  while (level.length > 0 && !reachedBy.has(to)) {
    const nextLevel: number[] = [];
    for (let at = 0; at < level.length; at++) {
      for (const edge of edges[level[at]!]!) {
        if (reachedBy.has(edge.to) || !follows(edge)) continue;
        reachedBy.set(edge.to, edge);
        (isMoment(edge.to) ? level : nextLevel).push(edge.to);
      }
    }
    level = nextLevel;
  }
  if (!reachedBy.has(to)) return undefined;
  const path: Dependency[] = [];
  for (let edge = reachedBy.get(to); edge !== undefined; edge = reachedBy.get(edge.from)) path.push(edge);
  return path.reverse();
}

function describeCycle({ transactions }: DependencyGraph, cycle: readonly Dependency[]): Anomaly {
  const count = transactions.length;
  // Begin at a transaction, and join the edges over moments in time.
  const first = cycle.findIndex(({ from }) => from < count);
  const turned = [...cycle.slice(first), ...cycle.slice(0, first)];
  const steps: Dependency[] = [];
  for (const edge of turned) {
    const last = steps.at(-1);
    if (last !== undefined && last.to >= count) steps[steps.length - 1] = { ...last, to: edge.to };
    else steps.push(edge);
  }
  const kind = nameOf(steps.map((step) => step.kind));
  const members = steps.map(({ from }) => transactions[from]!);
  const text = [
    `${kind}: a cycle of ${members.length} transactions`,
    ...steps.map(
      (step) => `  ${describeTransaction(transactions[step.from]!)}\n    ${because(step, transactions)}`,
    ),
  ].join('\n');
  return { kind, transactions: members, text };
}

function because(
  { kind, key, value, to }: Dependency,
  transactions: DependencyGraph['transactions'],
): string {
  const other = `#${transactions[to]!.id}`;
  switch (kind) {
    case 'ww':
      return `comes before ${other}, which appended ${value} to ${key} after it (ww)`;
    case 'wr':
      return `comes before ${other}, which read its append of ${value} to ${key} (wr)`;
    case 'rw':
      return `comes before ${other}, whose append of ${value} to ${key} it did not see (rw)`;
    case 'rt':
      return `comes before ${other}, which began after it had ended (rt)`;
  }
}

function nameOf(kinds: readonly DependencyKind[]): CycleKind | `${CycleKind}-realtime` {
  const missed = kinds.filter((kind) => kind === 'rw').length;
  const areApart = kinds.every((kind, at) => kind !== 'rw' || kinds[(at + 1) % kinds.length] !== 'rw');
  const name =
    missed > 1
      ? areApart
        ? 'G-nonadjacent'
        : 'G2-item'
      : missed === 1
        ? 'G-single'
        : kinds.includes('wr')
          ? 'G1c'
          : 'G0';
  return kinds.includes('rt') ? `${name}-realtime` : name;
}
