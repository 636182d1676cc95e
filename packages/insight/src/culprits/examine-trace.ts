import type { Span } from '../model/span.ts';
import { type CriticalPath, criticalPath } from '../trace/critical-path.ts';
import { isDetached, mainRoot, type Trace } from '../trace/trace.ts';
import { type Anatomy, childrenOf, stepOf } from './anatomy.ts';
import { calleeOf, calleesByRequest } from './callees.ts';
import { type Charge, type Exhibit, processName } from './exhibit.ts';
import type { Expectations } from './expectations.ts';
import type { NewTurns } from './new-turns.ts';
import { turnsOf } from './turns.ts';

/** What happens less often than this is not expected to happen. */
const unlikely = 0.03;
/** What is usual is known to one or two in a hundred. */
const margin = 1.05;
/** Who waits further above is not looked for. */
const stepsUpMax = 100;

/** What a trace shows against whom, by what is usual, and what comes more often now. */
export function examineTrace(anatomy: Anatomy, expectations: Expectations, newTurns?: NewTurns): Exhibit[] {
  const examination = new Examination(anatomy, expectations, newTurns);
  const overtime = examination.findOvertime();
  const failures = examination.findFailures(overtime);
  const breaks = failures.length > 0 ? [] : examination.findBreak();
  return [...overtime.map(({ exhibit }) => exhibit), ...failures, ...breaks];
}

interface Overtime {
  readonly row: number;
  readonly exhibit: Exhibit;
}

/** Time of a row on a critical path, and its longest stretch there. */
interface TimeOnPath {
  total: number;
  from: number;
  to: number;
}

class Examination {
  readonly #anatomy: Anatomy;
  readonly #trace: Trace;
  readonly #expectations: Expectations;
  readonly #newTurns: NewTurns | undefined;
  /** Whom each request calls; made when first asked for. */
  #called: Map<number, Set<string>> | undefined;

  constructor(anatomy: Anatomy, expectations: Expectations, newTurns: NewTurns | undefined) {
    this.#anatomy = anatomy;
    this.#trace = anatomy.trace;
    this.#expectations = expectations;
    this.#newTurns = newTurns;
  }

  /** Spans on critical paths that took longer of their own than nearly all of their like do. */
  findOvertime(): Overtime[] {
    const found: Overtime[] = [];
    for (const [row, time] of timeOnPaths(this.#trace)) {
      const usual = this.#expectations.usualTime(stepOf(this.#trace, row));
      if (usual === undefined || time.total <= usual.upper * margin) continue;
      for (const exhibit of this.#accuseOfTime(row, time, time.total - usual.median))
        found.push({ row, exhibit });
    }
    return found;
  }

  /** Spans that failed although none that they called did: there failures begin. */
  findFailures(overtime: readonly Overtime[]): Exhibit[] {
    const { spans } = this.#trace;
    const origins: number[] = [];
    for (let row = 0; row < spans.length; row++) {
      if (spans[row]!.status === 'error' && failingChildren(this.#trace, row).length === 0) origins.push(row);
    }
    const weight = 1 / origins.length;
    return origins.map((row) => this.#accuseOfFailure(row, weight, overtime));
  }

  /**
   * Where the trace first left its usual course, without anything that says it failed. What ends early after an answer is
   * put down to whom that answer came from; what takes a course of its own, to itself.
   */
  findBreak(): Exhibit[] {
    const trace = this.#trace;
    let first = Number.POSITIVE_INFINITY;
    let found: number | undefined;
    for (let row = 0; row < trace.spans.length; row++) {
      for (const { after, next, last, isEnd } of turnsOf(this.#anatomy, row, this.#expectations)) {
        const at = last === undefined ? trace.starts[row]! : endOf(trace, last);
        if (at > first || !this.#isOdd(after, next)) continue;
        first = at;
        const answered = last === undefined ? -1 : this.#calleeRow(last);
        found = isEnd && answered >= 0 ? answered : row;
      }
    }
    return found === undefined ? [] : [this.#against(found, 'broken-off', 1)];
  }

  #isOdd(after: string, next: string): boolean {
    const likelihood = this.#expectations.likelihood(after, next);
    return (likelihood !== undefined && likelihood < unlikely) || this.#newTurns?.has(after, next) === true;
  }

  #accuseOfTime(row: number, time: TimeOnPath, weight: number): readonly Exhibit[] {
    const trace = this.#trace;
    const callee = this.#calleeOf(row);
    if (callee !== undefined) {
      const answer = this.#answerTo(row);
      if (answer < 0 || !this.#waitedAfter(row, answer))
        return [this.#againstCallee(callee, row, 'call-time', weight, time)];
      const late = { total: time.total, from: endOf(trace, answer), to: endOf(trace, row) };
      return [this.#against(row, 'late', weight, late)];
    }
    const refusers = failingChildren(trace, row).map((child) => originOf(trace, child));
    if (refusers.length === 0) return [this.#against(row, 'own-time', weight, time)];
    return refusers.map((origin) => {
      const accused = this.#calleeOf(origin) ?? trace.spans[origin]!.service;
      return this.#againstCallee(accused, row, 'retry-time', weight / refusers.length, time);
    });
  }

  #accuseOfFailure(row: number, weight: number, overtime: readonly Overtime[]): Exhibit {
    const trace = this.#trace;
    const thief = saysTimeRanOut(trace.spans[row]!) ? this.#tookTimeOf(row, overtime) : undefined;
    if (thief !== undefined) return { ...thief, weight, charge: 'given-up' };
    const callee = this.#calleeOf(row);
    if (callee === undefined)
      return { ...this.#against(row, 'own-failure', weight), missing: this.#missingFor(row) };
    const answer = this.#answerTo(row);
    if (answer < 0) return this.#againstCallee(callee, row, 'no-answer', weight);
    // The caller gave up on an answer that was under way: whatever held it up is to blame.
    const slowest = heaviest(overtime, answer, trace.ends[answer]!);
    if (slowest !== undefined) return { ...slowest, weight, charge: 'given-up' };
    if (this.#waitedAfter(row, answer)) return this.#against(row, 'own-failure', weight);
    return this.#againstCallee(callee, row, 'given-up', weight);
  }

  /** What elsewhere in the trace took more of the time that ran out for `row` than itself did, until then. */
  #tookTimeOf(row: number, overtime: readonly Overtime[]): Exhibit | undefined {
    const { start, durations } = this.#trace;
    const until = start + endOf(this.#trace, row);
    let found: Exhibit | undefined;
    for (const { row: other, exhibit } of overtime) {
      if (other === row || exhibit.from >= until || exhibit.weight * 2 < durations[row]!) continue;
      if (exhibit.weight > (found?.weight ?? 0)) found = exhibit;
    }
    return found;
  }

  /** Whom the request of `row` usually calls, and has not. */
  #missingFor(row: number): readonly string[] {
    const request = this.#anatomy.requests[row]!;
    this.#called ??= calleesByRequest(this.#anatomy, this.#expectations);
    const made = this.#called.get(request);
    const usual = this.#expectations.usualCallees(stepOf(this.#trace, request));
    return usual.filter((callee) => made === undefined || !made.has(callee));
  }

  #calleeOf(row: number): string | undefined {
    return calleeOf(this.#anatomy, row, this.#expectations);
  }

  /** The row of the callee's span, for a call; -1 where none has come. */
  #answerTo(row: number): number {
    return this.#anatomy.calls.get(row)?.callee ?? -1;
  }

  /**
   * Whether a call that took long waited in its caller, which came late to the answer, rather than on its way to the callee.
   */
  #waitedAfter(call: number, answer: number): boolean {
    const { starts } = this.#trace;
    const before = starts[answer]! - starts[call]!;
    const after = endOf(this.#trace, call) - endOf(this.#trace, answer);
    return after > before;
  }

  /** The row of whom a child of another service, or a call, leads to; -1 for a span of the same service. */
  #calleeRow(row: number): number {
    const { parents, spans } = this.#trace;
    const parent = parents[row]!;
    return parent >= 0 && spans[parent]!.service !== spans[row]!.service ? row : this.#answerTo(row);
  }

  #against(row: number, charge: Charge, weight: number, time?: TimeOnPath): Exhibit {
    const { service: accused, operation, instance } = this.#trace.spans[row]!;
    return {
      accused,
      operation,
      instance,
      charge,
      caller: undefined,
      weight,
      ...this.#place(row, time),
      missing: [],
    };
  }

  #againstCallee(accused: string, row: number, charge: Charge, weight: number, time?: TimeOnPath): Exhibit {
    const { spans } = this.#trace;
    const answer = spans[this.#answerTo(row)];
    const { operation, instance } =
      answer?.service === accused ? answer : { operation: undefined, instance: undefined };
    const caller = spans[row]!.service;
    return { accused, operation, instance, charge, caller, weight, ...this.#place(row, time), missing: [] };
  }

  #place(row: number, time?: TimeOnPath): Pick<Exhibit, 'from' | 'to' | 'within'> {
    const { start, starts, spans, parents } = this.#trace;
    const within: string[] = [];
    for (let above = row, steps = 0; above >= 0 && steps < stepsUpMax; above = parents[above]!, steps++) {
      const name = processName(spans[above]!);
      if (within.at(-1) !== name) within.push(name);
    }
    const from = time?.from ?? starts[row]!;
    const to = time?.to ?? endOf(this.#trace, row);
    return { from: start + from, to: start + to, within };
  }
}

/** Time of each row on the critical path of the trace, or of what in it nobody waits for. */
function timeOnPaths(trace: Trace): Map<number, TimeOnPath> {
  const times = new Map<number, TimeOnPath>();
  const root = mainRoot(trace);
  for (let row = 0; row < trace.spans.length; row++) {
    if (row === root || isDetached(trace, row)) addTimes(criticalPath(trace, row), times);
  }
  return times;
}

function addTimes({ rows, starts, ends }: CriticalPath, times: Map<number, TimeOnPath>): void {
  for (let piece = 0; piece < rows.length; piece++) {
    const [row, from, to] = [rows[piece]!, starts[piece]!, ends[piece]!];
    const time = times.get(row);
    if (time === undefined) {
      times.set(row, { total: to - from, from, to });
      continue;
    }
    time.total += to - from;
    if (to - from > time.to - time.from) [time.from, time.to] = [from, to];
  }
}

function failingChildren(trace: Trace, row: number): number[] {
  return childrenOf(trace, row).filter((child) => trace.spans[child]!.status === 'error');
}

/** Where the failure of `row` began: the last of what failed below it, and below that. */
function originOf(trace: Trace, row: number): number {
  let origin = row;
  for (
    let below: number | undefined = row;
    below !== undefined;
    below = failingChildren(trace, below).at(-1)
  ) {
    origin = below;
  }
  return origin;
}

function heaviest(overtime: readonly Overtime[], from: number, to: number): Exhibit | undefined {
  let found: Exhibit | undefined;
  for (const { row, exhibit } of overtime) {
    if (row >= from && row < to && exhibit.weight > (found?.weight ?? 0)) found = exhibit;
  }
  return found;
}

/** Whether a span says that it failed for a deadline that many share: in the words of HTTP, gRPC, or its error's name. */
function saysTimeRanOut({ attributes }: Span): boolean {
  const {
    'error.type': error,
    'http.response.status_code': status,
    'rpc.grpc.status_code': code,
  } = attributes;
  return status === 504 || code === 4 || (typeof error === 'string' && /deadline|timed?.?out/i.test(error));
}

function endOf(trace: Trace, row: number): number {
  return trace.starts[row]! + trace.durations[row]!;
}
