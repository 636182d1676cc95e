import { LatencyHistogram } from '../statistics/latency-histogram.ts';
import { type Anatomy, childrenOf, stepOf } from './anatomy.ts';

/** So many steps, sites and sequences are told apart; what is new beyond that is not learned. */
const keysMax = 20_000;

/** What follows the last child of a span, and comes before the first. */
export const end = '';
/** Counts all that followed. */
const any = '*';

/** Microseconds of its own that a step takes. */
export interface UsualTime {
  readonly median: number;
  /** 95 of 100 take no longer. */
  readonly upper: number;
  readonly mean: number;
  readonly count: number;
}

/** What is usual, learned from the traces of a window. */
export class Expectations {
  /** Microseconds of its own that each step took. */
  readonly #own: Map<string, LatencyHistogram> = new Map();
  /** Who answered at a site, with how often. */
  readonly #answers: Map<string, Map<string, number>> = new Map();
  /** By a span's step and the step of one of its children: the step of the next child, with how often. */
  readonly #sequences: Map<string, Map<string, number>> = new Map();
  /** Read from {@link #own} when first asked for. */
  readonly #usual: Map<string, UsualTime> = new Map();
  /** By the step that begins a request: how many succeeded, and whom they called. */
  readonly #requests: Map<string, { succeeded: number; readonly callees: Map<string, number> }> = new Map();

  learn(anatomy: Anatomy): void {
    this.#usual.clear();
    const { trace, selfs, calls, sites } = anatomy;
    for (const [row, { callee }] of calls) {
      if (callee >= 0) countIn(this.#answers, sites.get(row)!.key, trace.spans[callee]!.service);
    }
    const called = calleesByRequest(anatomy, this);
    for (let row = 0; row < selfs.length; row++) {
      this.#ownTimes(stepOf(trace, row))?.record(selfs[row]!);
      if (anatomy.requests[row] === row) this.#learnRequest(anatomy, row, called.get(row));
      if (trace.ends[row]! > row + 1) this.#learnSequence(anatomy, row);
    }
  }

  /** What a step takes of its own; undefined where too little is known. */
  usualTime(step: string): UsualTime | undefined {
    const known = this.#usual.get(step);
    if (known !== undefined) return known;
    const own = this.#own.get(step);
    if (own === undefined || own.count < 5) return undefined;
    const usual = { median: own.quantile(0.5), upper: own.quantile(0.95), mean: own.mean, count: own.count };
    this.#usual.set(step, usual);
    return usual;
  }

  /** Who usually answers at a site. */
  answererAt(site: string): string | undefined {
    let usual: string | undefined;
    let most = 0;
    for (const [callee, times] of this.#answers.get(site) ?? []) {
      if (times > most) [usual, most] = [callee, times];
    }
    return usual;
  }

  /** How likely it is that `next` follows `last` among the children of `step`; undefined where too little is known. */
  likelihood(step: string, last: string, next: string): number | undefined {
    const followers = this.#sequences.get(`${step}\n${last}`);
    if (followers === undefined) return undefined;
    const all = followers.get(any)!;
    return all < 8 ? undefined : (followers.get(next) ?? 0) / all;
  }

  /** Whom at least half of the requests call that begin with `step`, and succeed. */
  usualCallees(step: string): readonly string[] {
    const known = this.#requests.get(step);
    if (known === undefined || known.succeeded < 5) return [];
    return [...known.callees].filter(([, times]) => times * 2 >= known.succeeded).map(([callee]) => callee);
  }

  #ownTimes(step: string): LatencyHistogram | undefined {
    let own = this.#own.get(step);
    if (own === undefined && this.#own.size < keysMax) {
      own = new LatencyHistogram();
      this.#own.set(step, own);
    }
    return own;
  }

  #learnRequest({ trace }: Anatomy, row: number, callees: ReadonlySet<string> = new Set()): void {
    if (trace.spans[row]!.status === 'error') return;
    const step = stepOf(trace, row);
    let known = this.#requests.get(step);
    if (known === undefined) {
      if (this.#requests.size >= keysMax) return;
      known = { succeeded: 0, callees: new Map() };
      this.#requests.set(step, known);
    }
    known.succeeded++;
    for (const callee of callees) known.callees.set(callee, (known.callees.get(callee) ?? 0) + 1);
  }

  #learnSequence({ trace }: Anatomy, row: number): void {
    if (this.#sequences.size >= keysMax) return;
    const step = stepOf(trace, row);
    let last = end;
    for (const child of childrenOf(trace, row)) {
      const next = stepOf(trace, child);
      this.#follows(step, last, next);
      last = next;
    }
    this.#follows(step, last, end);
  }

  #follows(step: string, last: string, next: string): void {
    countIn(this.#sequences, `${step}\n${last}`, next);
    countIn(this.#sequences, `${step}\n${last}`, any);
  }
}

/** Whom each request calls, by its row. */
export function calleesByRequest(anatomy: Anatomy, expectations: Expectations): Map<number, Set<string>> {
  const called = new Map<number, Set<string>>();
  for (const row of anatomy.calls.keys()) {
    const name = calleeOf(anatomy, row, expectations);
    if (name === undefined) continue;
    const request = anatomy.requests[row]!;
    called.set(request, (called.get(request) ?? new Set()).add(name));
  }
  return called;
}

/** Whom the call at `row` calls: who answers, or usually answers, or whom its attributes name. */
export function calleeOf(anatomy: Anatomy, row: number, expectations: Expectations): string | undefined {
  const { trace, calls, sites } = anatomy;
  const call = calls.get(row);
  if (call === undefined) return undefined;
  if (call.callee >= 0) return trace.spans[call.callee]!.service;
  const { key, peer } = sites.get(row)!;
  return expectations.answererAt(key) ?? peer;
}

function countIn(counts: Map<string, Map<string, number>>, key: string, value: string): void {
  let of = counts.get(key);
  if (of === undefined) {
    if (counts.size >= keysMax) return;
    of = new Map();
    counts.set(key, of);
  }
  of.set(value, (of.get(value) ?? 0) + 1);
}
