import type { Span } from '../model/span.ts';
import type { TimeWindow } from '../model/span-source.ts';
import { RedTally } from '../statistics/red.ts';
import { type Call, callsOf, namedPeer } from '../trace/calls.ts';
import { criticalPath } from '../trace/critical-path.ts';
import { requestRows } from '../trace/requests.ts';
import { mainRoot, type Trace } from '../trace/trace.ts';
import { MessageLinks } from './message-links.ts';

export type PeerKind = 'database' | 'queue' | 'external';

/** What was seen of a service. */
export interface ServiceTally {
  readonly name: string;
  /** Requests that it took over. */
  readonly requests: RedTally;
  /** Traces with a span of its. */
  traces: number;
  /** Traces that began with it. */
  entries: number;
  /** Microseconds of its own time on the critical paths of traces. */
  critical: number;
  readonly versions: Set<string>;
  readonly instances: Map<string, InstanceTally>;
  /** Kinds of the spans that began its requests. */
  readonly kinds: Set<Span['kind']>;
}

export interface InstanceTally {
  readonly instance: string;
  version: string | undefined;
  readonly requests: RedTally;
  /** When its last span ended. Milliseconds since the Unix epoch. */
  lastSeen: number;
}

export interface OperationTally {
  readonly service: string;
  readonly operation: string;
  readonly kind: Span['kind'];
  readonly spans: RedTally;
}

/** What was seen between two services. `to` is a service, or a peer by the name that callers have for it. */
export interface CallTally {
  readonly from: string;
  readonly to: string;
  readonly kind: 'call' | 'message';
  /** Tells tallies of a profile apart. */
  readonly id: number;
  readonly calls: RedTally;
  /** Requests of the caller's in which it was called. */
  requests: number;
}

/** Calls of which no answerer's span has come. */
export interface PeerTally extends CallTally {
  /** Undefined where `to` is only the name of the calling span. */
  readonly peerKind: PeerKind | undefined;
  /** Microseconds on the critical paths of traces. */
  critical: number;
}

/** How many of each a profile tells apart. */
export interface ProfileLimits {
  /** Further services are counted together as `(others)`. Default 1,000. */
  readonly servicesMax?: number;
  /** Further operations are counted together as `(others)`. Default 10,000. */
  readonly operationsMax?: number;
}

/** What is remembered of a message that was sent. */
interface Sender {
  readonly service: string;
  readonly peer: string | undefined;
}

const others = '(others)';
const talliesMax = 2 ** 21;
const versionsMax = 100;
const instancesMax = 1_000;

/**
 * What the traces of a window come to: services, operations, calls. It takes traces one by one and keeps none; graphs and
 * breakdowns are drawn from it.
 */
export class WindowProfile {
  readonly window: TimeWindow;
  readonly services: Map<string, ServiceTally> = new Map();
  readonly operations: Map<string, OperationTally> = new Map();
  readonly calls: Map<string, CallTally> = new Map();
  readonly peers: Map<string, PeerTally> = new Map();
  /** Who answered calls to a name: by {@link pairKey} of caller and name, callees with their counts. */
  readonly answers: Map<string, Map<string, number>> = new Map();
  /**
   * What requests of a service spent on their critical paths with each callee, in microseconds; with itself under the
   * empty name.
   */
  readonly spent: Map<string, Map<string, number>> = new Map();
  traces = 0;
  /** Microseconds of all critical paths. */
  critical = 0;
  readonly #links: MessageLinks<Sender> = new MessageLinks();
  #ids = 0;
  readonly #servicesMax: number;
  readonly #operationsMax: number;

  constructor(window: TimeWindow, { servicesMax = 1_000, operationsMax = 10_000 }: ProfileLimits = {}) {
    this.window = window;
    this.#servicesMax = servicesMax;
    this.#operationsMax = operationsMax;
  }

  /** How long the window is. */
  get seconds(): number {
    return (this.window.to - this.window.from) / 1_000;
  }

  add(trace: Trace): void {
    const root = mainRoot(trace);
    if (root < 0) return;
    this.traces++;
    this.#addSpans(trace);
    const requests = requestRows(trace);
    const callees = this.#addCalls(trace, requests);
    this.#addRequests(trace, requests, callees);
    this.#service(trace.spans[root]!.service).entries++;
    this.#addCriticalPath(trace, root, callees);
  }

  #addSpans(trace: Trace): void {
    const seen = new Set<ServiceTally>();
    for (const span of trace.spans) {
      const service = this.#service(span.service);
      if (!seen.has(service)) service.traces++;
      seen.add(service);
      if (span.version !== undefined && service.versions.size < versionsMax)
        service.versions.add(span.version);
      this.#operation(span).spans.record(span.duration, span.status === 'error');
    }
  }

  /** The name of the callee for each row that calls or is another service's. */
  #addCalls(trace: Trace, requests: Int32Array): Map<number, string> {
    const callees = new Map<number, string>();
    /** Request and callee, as one number. */
    const counted = new Set<number>();
    for (const call of callsOf(trace)) {
      const tally = call.callee < 0 ? this.#peer(trace, call) : this.#call(trace, call);
      const shown = trace.spans[call.shown]!;
      const callee = trace.spans[call.callee];
      tally.calls.record(shown.duration, shown.status === 'error' || callee?.status === 'error');
      const once = requests[call.caller]! * talliesMax + tally.id;
      if (!counted.has(once)) tally.requests++;
      counted.add(once);
      callees.set(call.caller, tally.to);
      if (callee !== undefined) callees.set(call.callee, tally.to);
    }
    this.#addLinks(trace);
    return callees;
  }

  /** Messages whose consumer is in another trace than their producer. */
  #addLinks(trace: Trace): void {
    for (let row = 0; row < trace.spans.length; row++) {
      const span = trace.spans[row]!;
      if (span.kind === 'producer') {
        const sender = { service: span.service, peer: namedPeer(span) };
        this.#links.produced(span.spanId, sender, this.#addMessage);
      } else if (trace.parents[row]! < 0 && span.links.length > 0)
        this.#links.consumed(span, this.#addMessage);
    }
  }

  readonly #addMessage = ({ service, peer }: Sender, consumer: Span): void => {
    if (service === consumer.service) return;
    if (peer !== undefined) this.#answered(service, peer, consumer.service);
    const tally = this.#callTally(service, consumer.service, 'message');
    tally.calls.record(consumer.duration, consumer.status === 'error');
    tally.requests++;
  };

  #addRequests(trace: Trace, requests: Int32Array, callees: ReadonlyMap<number, string>): void {
    for (let row = 0; row < requests.length; row++) {
      if (requests[row] !== row) continue;
      const span = trace.spans[row]!;
      const service = this.#service(span.service);
      const failed = span.status === 'error';
      service.requests.record(span.duration, failed);
      service.kinds.add(span.kind);
      if (span.instance !== undefined) this.#addInstance(service, span, failed);

      const spent = mapAt(this.spent, service.name);
      if (trace.ends[row] === row + 1) {
        count(spent, '', span.duration);
        continue;
      }
      const path = criticalPath(trace, row, (below) => requests[below] === row && !callees.has(below));
      for (let piece = 0; piece < path.rows.length; piece++) {
        const name = path.rows[piece] === row ? '' : (callees.get(path.rows[piece]!) ?? '');
        count(spent, name, path.ends[piece]! - path.starts[piece]!);
      }
    }
  }

  #addInstance(service: ServiceTally, span: Span, failed: boolean): void {
    const name = service.instances.size < instancesMax ? span.instance! : others;
    let tally = service.instances.get(name);
    if (tally === undefined) {
      tally = { instance: name, version: undefined, requests: new RedTally(), lastSeen: 0 };
      service.instances.set(name, tally);
    }
    tally.version = span.version ?? tally.version;
    tally.requests.record(span.duration, failed);
    tally.lastSeen = Math.max(tally.lastSeen, (span.start + span.duration) / 1_000);
  }

  #addCriticalPath(trace: Trace, root: number, callees: ReadonlyMap<number, string>): void {
    const path = criticalPath(trace, root);
    for (let piece = 0; piece < path.rows.length; piece++) {
      const row = path.rows[piece]!;
      const span = trace.spans[row]!;
      const time = path.ends[piece]! - path.starts[piece]!;
      const to = callees.get(row);
      const peer = to === undefined ? undefined : this.peers.get(pairKey(span.service, to));
      const owner = peer?.peerKind === undefined ? this.#service(span.service) : peer;
      owner.critical += time;
      this.critical += time;
    }
  }

  #service(name: string): ServiceTally {
    let tally = this.services.get(name);
    if (tally !== undefined) return tally;
    if (this.services.size >= this.#servicesMax && name !== others) return this.#service(others);
    tally = {
      name,
      requests: new RedTally(),
      traces: 0,
      entries: 0,
      critical: 0,
      versions: new Set(),
      instances: new Map(),
      kinds: new Set(),
    };
    this.services.set(name, tally);
    return tally;
  }

  #operation({ service, kind, operation }: Span): OperationTally {
    const known = this.operations.get(`${service}\n${kind}\n${operation}`);
    if (known !== undefined) return known;
    const name = this.operations.size < this.#operationsMax ? operation : others;
    const key = `${service}\n${kind}\n${name}`;
    let tally = this.operations.get(key);
    if (tally === undefined) {
      tally = { service, operation: name, kind, spans: new RedTally() };
      this.operations.set(key, tally);
    }
    return tally;
  }

  #call(trace: Trace, call: Call): CallTally {
    const caller = trace.spans[call.caller]!;
    const { service } = trace.spans[call.callee]!;
    this.#answered(caller.service, namedPeer(caller) ?? caller.operation, service);
    return this.#callTally(caller.service, service, call.kind);
  }

  #answered(caller: string, name: string, callee: string): void {
    if (this.answers.size < this.#operationsMax) count(mapAt(this.answers, pairKey(caller, name)), callee, 1);
  }

  #callTally(caller: string, callee: string, kind: CallTally['kind']): CallTally {
    const from = this.#service(caller).name;
    const to = this.#service(callee).name;
    const key = `${pairKey(from, to)}\n${kind}`;
    let tally = this.calls.get(key);
    if (tally === undefined) {
      tally = { from, to, kind, id: this.#ids++, calls: new RedTally(), requests: 0 };
      this.calls.set(key, tally);
    }
    return tally;
  }

  #peer(trace: Trace, call: Call): PeerTally {
    const caller = trace.spans[call.caller]!;
    const from = this.#service(caller.service).name;
    const peer = namedPeer(caller);
    const to = this.peers.size < this.#operationsMax ? (peer ?? caller.operation) : others;
    let tally = this.peers.get(pairKey(from, to));
    if (tally === undefined) {
      const peerKind = peer === undefined ? undefined : kindOfPeer(caller);
      tally = {
        from,
        to,
        kind: call.kind,
        id: this.#ids++,
        calls: new RedTally(),
        requests: 0,
        peerKind,
        critical: 0,
      };
      this.peers.set(pairKey(from, to), tally);
    }
    return tally;
  }
}

/** The key of what is between two names. */
export function pairKey(from: string, to: string): string {
  return `${from}\n${to}`;
}

function kindOfPeer({ kind, attributes }: Span): PeerKind {
  if (kind === 'producer' || 'messaging.system' in attributes) return 'queue';
  return 'db.system.name' in attributes || 'db.system' in attributes ? 'database' : 'external';
}

function mapAt(maps: Map<string, Map<string, number>>, key: string): Map<string, number> {
  let map = maps.get(key);
  if (map === undefined) {
    map = new Map();
    maps.set(key, map);
  }
  return map;
}

function count(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
