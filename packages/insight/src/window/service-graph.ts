import { serviceStructure } from '../graph/service-structure.ts';
import { type Red, RedTally } from '../statistics/red.ts';
import type { CallTally, PeerKind, PeerTally, ServiceTally, WindowProfile } from './window-profile.ts';
import { pairKey } from './window-profile.ts';

/** Services and what passes between them, in a window. */
export interface ServiceGraph {
  readonly nodes: readonly ServiceNode[];
  readonly edges: readonly ServiceEdge[];
  /** Services that call each other in a circle. */
  readonly cycles: readonly (readonly string[])[];
}

export interface ServiceNode {
  readonly name: string;
  /** A `client` begins traces and is never called; what is no `service` or `client` sends no spans of its own. */
  readonly kind: 'service' | 'client' | PeerKind;
  readonly red: Red;
  readonly versions: readonly string[];
  readonly instances: readonly ServiceInstance[];
  /** Share of traces that pass through it. */
  readonly reach: number;
  /** What no entry reaches without it. */
  readonly gates: readonly string[];
  /** Whether others hang on it, and it has but one instance. */
  readonly singlePointOfFailure: boolean;
  /** Share of the critical path of all traces that is its own time. */
  readonly criticalShare: number;
}

export interface ServiceInstance {
  readonly instance: string;
  readonly version: string | undefined;
  readonly red: Red;
  /** Milliseconds since the Unix epoch. */
  readonly lastSeen: number;
}

export interface ServiceEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'call' | 'message';
  readonly red: Red;
  /** Share of the caller's requests that make this call. */
  readonly strength: number;
}

/** Draws the graph of services from what a window's traces come to. */
export function serviceGraph(profile: WindowProfile): ServiceGraph {
  const { calls, peers } = resolvedCalls(profile);
  const edges = [...calls, ...peers].map((call) => edgeOf(call, profile));
  const entries = [...profile.services.values()].filter(({ entries }) => entries > 0).map(({ name }) => name);
  const structure = serviceStructure(edges, entries);
  const called = new Set(edges.map(({ to }) => to));
  const gates = (name: string): readonly string[] => structure.gates.get(name) ?? [];
  const services = [...profile.services.values()].map(
    (service): ServiceNode => ({
      name: service.name,
      kind: isClient(service, called) ? 'client' : 'service',
      red: service.requests.red(profile.seconds),
      versions: [...service.versions].sort(),
      instances: instancesOf(service, profile.seconds),
      reach: share(service.traces, profile.traces),
      gates: gates(service.name),
      singlePointOfFailure: service.instances.size <= 1 && gates(service.name).length > 0,
      criticalShare: share(service.critical, profile.critical),
    }),
  );
  return { nodes: [...services, ...peerNodes(peers, profile, gates)], edges, cycles: structure.cycles };
}

/**
 * Calls by caller and callee. A call without an answer counts towards who answered calls by that name before: a process
 * that is gone still has its place.
 */
function resolvedCalls(profile: WindowProfile): { calls: CallTally[]; peers: PeerTally[] } {
  const calls = new Map(profile.calls);
  const peers: PeerTally[] = [];
  for (const peer of profile.peers.values()) {
    const callee = usualAnswerer(profile, peer.from, peer.to);
    if (callee === undefined) {
      if (peer.peerKind !== undefined) peers.push(peer);
      continue;
    }
    // A message is counted where it is consumed.
    if (peer.kind === 'message') continue;
    const key = `${pairKey(peer.from, callee)}\n${peer.kind}`;
    const merged: CallTally = {
      from: peer.from,
      to: callee,
      kind: peer.kind,
      id: peer.id,
      calls: new RedTally(),
      requests: peer.requests + (calls.get(key)?.requests ?? 0),
    };
    merged.calls.merge(peer.calls);
    const known = calls.get(key);
    if (known !== undefined) merged.calls.merge(known.calls);
    calls.set(key, merged);
  }
  return { calls: [...calls.values()], peers };
}

function usualAnswerer(profile: WindowProfile, caller: string, name: string): string | undefined {
  let usual: string | undefined;
  let most = 0;
  for (const [callee, count] of profile.answers.get(pairKey(caller, name)) ?? []) {
    if (count > most) [usual, most] = [callee, count];
  }
  return usual;
}

function edgeOf({ from, to, kind, calls, requests }: CallTally, profile: WindowProfile): ServiceEdge {
  const callers = profile.services.get(from)?.requests.durations.count ?? 0;
  return { from, to, kind, red: calls.red(profile.seconds), strength: Math.min(1, share(requests, callers)) };
}

function isClient({ name, kinds, entries }: ServiceTally, called: ReadonlySet<string>): boolean {
  return (
    entries > 0 && !called.has(name) && [...kinds].every((kind) => kind === 'client' || kind === 'producer')
  );
}

function instancesOf({ instances }: ServiceTally, seconds: number): ServiceInstance[] {
  return [...instances.values()].map(({ instance, version, requests, lastSeen }) => ({
    instance,
    version,
    red: requests.red(seconds),
    lastSeen,
  }));
}

function peerNodes(
  peers: readonly PeerTally[],
  profile: WindowProfile,
  gates: (name: string) => readonly string[],
): ServiceNode[] {
  const byName = new Map<string, PeerTally[]>();
  for (const peer of peers) byName.set(peer.to, [...(byName.get(peer.to) ?? []), peer]);
  return [...byName].map(([name, tallies]): ServiceNode => {
    const calls = new RedTally();
    for (const tally of tallies) calls.merge(tally.calls);
    const critical = tallies.reduce((sum, tally) => sum + tally.critical, 0);
    const callers = new Set(tallies.map(({ from }) => from));
    return {
      name,
      kind: tallies[0]!.peerKind ?? 'external',
      red: calls.red(profile.seconds),
      versions: [],
      instances: [],
      reach: share(
        Math.max(...[...callers].map((caller) => profile.services.get(caller)?.traces ?? 0)),
        profile.traces,
      ),
      gates: gates(name),
      singlePointOfFailure: false,
      criticalShare: share(critical, profile.critical),
    };
  });
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
