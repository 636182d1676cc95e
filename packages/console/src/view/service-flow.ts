import { CallTotals } from '../live/call-totals.ts';
import { callerOf, entryOf, type FlowTotals, nobody } from '../live/flow-totals.ts';
import type { Shape, ShapeBook } from '../store/shape-book.ts';

export type NodeKind = 'service' | 'database' | 'queue' | 'external' | 'client';

/** Calls of one service by another. */
export interface FlowEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'call' | 'message';
  readonly totals: CallTotals;
}

export interface FlowNode {
  readonly name: string;
  readonly kind: NodeKind;
  /** Its requests: calls that entered it, and what it began by itself. Of what sends no spans, the calls of the others. */
  readonly totals: CallTotals;
  /** Calls to it that failed, and of which it knows nothing: it was dead, or could not be reached. */
  readonly unanswered: number;
  readonly versions: ReadonlySet<string>;
  readonly instances: ReadonlySet<string>;
}

/** Who calls whom, as a graph of services. */
export interface ServiceFlow {
  readonly nodes: ReadonlyMap<string, FlowNode>;
  readonly edges: readonly FlowEdge[];
}

interface GrowingNode {
  readonly name: string;
  kind: NodeKind;
  readonly totals: CallTotals;
  unanswered: number;
  readonly versions: Set<string>;
  readonly instances: Set<string>;
}

/** Which services were ever seen to answer the calls of a shape. */
export type Callees = ReadonlyMap<number, ReadonlySet<string>>;

const peerNodeKinds: readonly NodeKind[] = ['external', 'database', 'queue'];

/**
 * The graph of services from totals by span. A call is counted as its caller saw it where that is possible: then a callee that is
 * dead, and sends nothing, is still seen to fail. That is where one service answers the calls of a shape, or none does and the
 * span says whom it calls. Otherwise a call is counted as the callee saw it.
 */
export function serviceFlow(totals: FlowTotals, book: ShapeBook, callees: Callees): ServiceFlow {
  const nodes = new Map<string, GrowingNode>();
  const edges = new Map<string, FlowEdge>();
  const serving = new Set<string>();
  const node = (name: string, kind: NodeKind): GrowingNode => {
    let found = nodes.get(name);
    if (found === undefined) {
      found = {
        name,
        kind,
        totals: new CallTotals(),
        unanswered: 0,
        versions: new Set(),
        instances: new Set(),
      };
      nodes.set(name, found);
    }
    return found;
  };

  for (const id of totals.shapes.keys()) {
    const shape = book.shapes[id]!;
    const { service, version, instance } = shape.resource;
    const own = node(service, 'service');
    if (version !== '') own.versions.add(version);
    if (instance !== '') own.instances.add(instance);
    if (isRequest(shape)) serving.add(service);
  }
  for (const pair of totals.pairs.keys()) {
    const entry = book.shapes[entryOf(pair)]!;
    if (!isCall(entry)) serving.add(entry.resource.service);
  }
  for (const { from, to, kind, totals: calls } of callsIn(totals, book, callees)) {
    const key = `${from}\0${to}\0${kind}`;
    let edge = edges.get(key);
    if (edge === undefined) {
      edge = { from, to, kind, totals: new CallTotals() };
      edges.set(key, edge);
    }
    edge.totals.add(calls);
  }
  for (const [shape, calls] of requestsIn(totals, book))
    node(shape.resource.service, 'service').totals.add(calls);
  countUnanswered(nodes, edges.values());
  addPeers(nodes, edges.values(), totals, book);
  markClients(nodes, edges.values(), serving);
  // In an order of their own: what is drawn from them is not to jump about.
  const byName = (one: string, other: string): number => (one < other ? -1 : 1);
  return {
    nodes: new Map([...nodes].sort(([one], [other]) => byName(one, other))),
    edges: [...edges].sort(([one], [other]) => byName(one, other)).map(([, edge]) => edge),
  };
}

/** Where there are more calls to a service than requests that it knows of, and more of them failed. */
function countUnanswered(nodes: ReadonlyMap<string, GrowingNode>, edges: Iterable<FlowEdge>): void {
  const calls = new Map<string, CallTotals>();
  for (const { to, totals } of edges) {
    const sum = calls.get(to) ?? new CallTotals();
    sum.add(totals);
    calls.set(to, sum);
  }
  for (const [name, { count, errors }] of calls) {
    const node = nodes.get(name);
    if (node === undefined) continue;
    node.unanswered = Math.max(0, Math.min(count - node.totals.count, errors - node.totals.errors));
  }
}

/** Databases, queues, and what else is called and sends nothing itself. */
function addPeers(
  nodes: Map<string, GrowingNode>,
  edges: Iterable<FlowEdge>,
  totals: FlowTotals,
  book: ShapeBook,
): void {
  const kinds = new Map<string, NodeKind>();
  for (const id of totals.shapes.keys()) {
    const { peer, peerKind } = book.shapes[id]!;
    if (peer !== '') kinds.set(peer, peerNodeKinds[peerKind]!);
  }
  const silent = new Set<string>();
  for (const { to, totals: calls } of edges) {
    if (!nodes.has(to)) silent.add(to);
    if (!silent.has(to)) continue;
    let peer = nodes.get(to);
    if (peer === undefined) {
      peer = {
        name: to,
        kind: kinds.get(to) ?? 'external',
        totals: new CallTotals(),
        unanswered: 0,
        versions: new Set(),
        instances: new Set(),
      };
      nodes.set(to, peer);
    }
    peer.totals.add(calls);
  }
}

/** What calls others, serves nobody and is never called: a program that makes load, a browser. */
function markClients(
  nodes: Map<string, GrowingNode>,
  edges: Iterable<FlowEdge>,
  serving: ReadonlySet<string>,
): void {
  const calls = new Set<string>();
  const called = new Set(serving);
  for (const { from, to } of edges) {
    calls.add(from);
    called.add(to);
  }
  for (const each of nodes.values()) {
    if (each.kind === 'service' && calls.has(each.name) && !called.has(each.name)) each.kind = 'client';
  }
}

/** All calls of one service by another, each counted once: by the shape of its caller, or that of the pair. */
export function* callsIn(totals: FlowTotals, book: ShapeBook, callees: Callees): Generator<FlowEdge> {
  for (const [id, calls] of totals.shapes) {
    const shape = book.shapes[id]!;
    const to = isCall(shape) ? seenByCaller(shape, callees) : undefined;
    if (to !== undefined) yield { from: shape.resource.service, to, kind: kindOfCall(shape), totals: calls };
  }
  for (const [pair, calls] of totals.pairs) {
    if (callerOf(pair) === nobody) continue;
    const caller = book.shapes[callerOf(pair)]!;
    if (isCall(caller) && seenByCaller(caller, callees) !== undefined) continue;
    const entry = book.shapes[entryOf(pair)]!;
    const kind = caller.kind === 4 || entry.kind === 5 ? 'message' : 'call';
    yield { from: caller.resource.service, to: entry.resource.service, kind, totals: calls };
  }
}

/** Whom all calls of a shape go to; undefined where that is not known, or there are several. */
export function seenByCaller(shape: Shape, callees: Callees): string | undefined {
  const answering = callees.get(shape.id);
  if (answering === undefined) return shape.peer === '' ? undefined : shape.peer;
  if (answering.size > 1) return undefined;
  const [only] = answering;
  return only;
}

/** All requests, by their shape: servers' and consumers' spans, and others by which a service was entered, or began a trace. */
export function* requestsIn(
  { shapes, pairs }: FlowTotals,
  book: ShapeBook,
): Generator<readonly [Shape, CallTotals]> {
  for (const [id, calls] of shapes) {
    const shape = book.shapes[id]!;
    if (isRequest(shape)) yield [shape, calls];
  }
  for (const [pair, calls] of pairs) {
    const entry = book.shapes[entryOf(pair)]!;
    if (!isRequest(entry)) yield [entry, calls];
  }
}

/** Whether a span of this shape is a request by itself: a server's or a consumer's. */
function isRequest({ kind }: Shape): boolean {
  return kind === 2 || kind === 5;
}

/** Whether a span of this shape is a call, as its caller sees it: a client's or a producer's. */
export function isCall({ kind }: Shape): boolean {
  return kind === 3 || kind === 4;
}

function kindOfCall({ kind }: Shape): FlowEdge['kind'] {
  return kind === 4 ? 'message' : 'call';
}
