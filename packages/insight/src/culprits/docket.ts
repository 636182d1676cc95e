import { mainRoot, type Trace } from '../trace/trace.ts';
import type { Anatomy } from './anatomy.ts';
import { calleeOf } from './callees.ts';
import type { Exhibit } from './exhibit.ts';
import type { Expectations } from './expectations.ts';
import type { Recency } from './recency.ts';

/** Exhibits beyond these are not kept: they would say nothing new. */
const exhibitsMax = 100_000;

/** From when to when something went on. Microseconds since the Unix epoch. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** An exhibit, and the trace that it was found in. */
export interface Filed extends Exhibit {
  readonly traceId: string;
  /** How much it counts for being as old as it is, from 0 to 1. */
  readonly recency: number;
}

/** All that the traces of a window show. */
export class Docket {
  readonly filed: Filed[] = [];
  readonly seconds: number;
  readonly #recency: Recency;
  /** Requests that each service took over, and when. */
  readonly requests: Map<string, Stretch[]> = new Map();
  /** Of the traces in which each was called or took over a request: when that was over, by the trace's id. */
  readonly visits: Map<string, Map<string, number>> = new Map();
  /** Calls to each callee. */
  readonly calls: Map<string, Stretch[]> = new Map();
  readonly callers: Map<string, Set<string>> = new Map();
  readonly instances: Map<string, Set<string>> = new Map();
  #traces = 0;
  #recent = 0;
  #rootTime = 0;

  constructor(seconds: number, recency: Recency) {
    this.seconds = seconds;
    this.#recency = recency;
  }

  get traces(): number {
    return this.#traces;
  }

  /** Traces, each as far as it counts for being as old as it is. */
  get recentTraces(): number {
    return this.#recent;
  }

  /** Mean microseconds of a trace's root. */
  get meanTime(): number {
    return this.#traces === 0 ? 0 : this.#rootTime / this.#traces;
  }

  add(anatomy: Anatomy, exhibits: readonly Exhibit[], expectations: Expectations): void {
    const { trace, requests, calls } = anatomy;
    const root = mainRoot(trace);
    if (root < 0) return;
    this.#traces++;
    this.#recent += this.#recency.of(trace.start + trace.starts[root]! + trace.durations[root]!);
    this.#rootTime += trace.durations[root]!;
    const visited = (name: string, { to }: Stretch): void => {
      const visits = this.visits.get(name) ?? new Map<string, number>();
      this.visits.set(name, visits.set(trace.traceId, Math.max(visits.get(trace.traceId) ?? 0, to)));
    };
    for (let row = 0; row < requests.length; row++) {
      if (requests[row] !== row) continue;
      const { service, instance } = trace.spans[row]!;
      const stretch = stretchOf(trace, row);
      addTo(this.requests, service, stretch);
      visited(service, stretch);
      if (instance !== undefined) addMember(this.instances, service, instance);
    }
    for (const row of calls.keys()) {
      const callee = calleeOf(anatomy, row, expectations);
      if (callee === undefined) continue;
      const stretch = stretchOf(trace, row);
      addTo(this.calls, callee, stretch);
      visited(callee, stretch);
      addMember(this.callers, callee, trace.spans[row]!.service);
    }
    for (const exhibit of exhibits) {
      if (this.filed.length >= exhibitsMax) break;
      this.filed.push({ ...exhibit, traceId: trace.traceId, recency: this.#recency.of(exhibit.to) });
    }
  }
}

function addTo<Item>(lists: Map<string, Item[]>, key: string, item: Item): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

function stretchOf({ start, starts, durations }: Trace, row: number): Stretch {
  const from = start + starts[row]!;
  return { from, to: from + durations[row]! };
}

function addMember(sets: Map<string, Set<string>>, key: string, member: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([member]));
  else set.add(member);
}
