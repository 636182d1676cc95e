import { LatencyHistogram } from '../statistics/latency-histogram.ts';
import { type Anatomy, stepOf } from './anatomy.ts';
import { type Answerers, calleesByRequest } from './callees.ts';
import { type Turn, turnsOf } from './turns.ts';

/** So many steps, sites and sequences are told apart; what is new beyond that is not learned. */
const keysMax = 20_000;

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
export class Expectations implements Answerers {
  /** Microseconds of its own that each step took. */
  readonly #own: Map<string, LatencyHistogram> = new Map();
  /** Who answered at a site, with how often. */
  readonly #answers: Map<string, Map<string, number>> = new Map();
  /** By where a span is in its course: what comes next, with in how many traces. */
  readonly #courses: Map<string, Map<string, number>> = new Map();
  /** Read from {@link #own} when first asked for. */
  readonly #usual: Map<string, UsualTime> = new Map();
  /** By the step that begins a request: how many succeeded, and whom they called. */
  readonly #requests: Map<string, { succeeded: number; readonly callees: Map<string, number> }> = new Map();

  /** @param known - who tells whom calls lead to that got no answer: what is learned beside it is to use the same names */
  learn(anatomy: Anatomy, known: Expectations = this): void {
    this.#usual.clear();
    const { trace, selfs, calls, sites } = anatomy;
    for (const [row, { callee }] of calls) {
      if (callee >= 0) countIn(this.#answers, sites.get(row)!.key, trace.spans[callee]!.service);
    }
    const called = calleesByRequest(anatomy, this);
    const turns = new Set<string>();
    for (let row = 0; row < selfs.length; row++) {
      this.#ownTimes(stepOf(trace, row))?.record(selfs[row]!);
      if (anatomy.requests[row] === row) this.#learnRequest(anatomy, row, called.get(row));
      this.#learnTurns(turnsOf(anatomy, row, known), turns);
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

  /** How likely it is that `next` follows where a span is; undefined where too little is known. */
  likelihood(after: string, next: string): number | undefined {
    const passed = this.timesPassed(after);
    return passed < 8 ? undefined : this.timesTaken(after, next) / passed;
  }

  /** All that followed on anything. */
  *turns(): Generator<{ after: string; next: string; times: number; of: number }> {
    for (const [after, followers] of this.#courses) {
      const of = followers.get(any)!;
      for (const [next, times] of followers) if (next !== any) yield { after, next, times, of };
    }
  }

  /** In how many traces a span was there. */
  timesPassed(after: string): number {
    return this.#courses.get(after)?.get(any) ?? 0;
  }

  /** In how many of these `next` followed. */
  timesTaken(after: string, next: string): number {
    return this.#courses.get(after)?.get(next) ?? 0;
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

  /** @param known - what the trace has shown already: what is repeated within it is no more usual for it */
  #learnTurns(turns: Iterable<Turn>, known: Set<string>): void {
    for (const { after, next } of turns) {
      for (const follower of [next, any]) {
        const turn = `${after}\r${follower}`;
        if (known.has(turn)) continue;
        known.add(turn);
        countIn(this.#courses, after, follower);
      }
    }
  }
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
