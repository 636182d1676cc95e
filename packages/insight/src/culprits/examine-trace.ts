import { criticalPath } from '../trace/critical-path.ts';
import { isDetached, mainRoot, type Trace } from '../trace/trace.ts';
import { type Anatomy, childrenOf, stepOf } from './anatomy.ts';
import type { Exhibit } from './exhibit.ts';
import { calleeOf, calleesByRequest, type Expectations, end } from './expectations.ts';

/** What happens less often than this is not expected to happen. */
const unlikely = 0.03;

/** What a trace shows against whom, by what is usual. */
export function examineTrace(anatomy: Anatomy, expectations: Expectations): Exhibit[] {
  const overtime = findOvertime(anatomy, expectations);
  const failures = findFailures(anatomy, expectations, overtime);
  const breaks = failures.length > 0 ? [] : findBreak(anatomy, expectations);
  return [...overtime.map(({ exhibit }) => exhibit), ...failures, ...breaks];
}

interface Overtime {
  readonly row: number;
  readonly exhibit: Exhibit;
}

/** Spans on critical paths that took longer of their own than nearly all of their like do. */
function findOvertime(anatomy: Anatomy, expectations: Expectations): Overtime[] {
  const { trace } = anatomy;
  const found: Overtime[] = [];
  for (const [row, time] of timeOnPaths(trace)) {
    const usual = expectations.usualTime(stepOf(trace, row));
    if (usual === undefined || time <= usual.upper) continue;
    const weight = time - usual.median;
    for (const exhibit of accuseOfTime(anatomy, row, weight, expectations)) found.push({ row, exhibit });
  }
  return found;
}

/** Microseconds of each row on the critical path of the trace, or of what in it nobody waits for. */
function timeOnPaths(trace: Trace): Map<number, number> {
  const times = new Map<number, number>();
  const root = mainRoot(trace);
  for (let row = 0; row < trace.spans.length; row++) {
    if (row !== root && !isDetached(trace, row)) continue;
    const path = criticalPath(trace, row);
    for (let piece = 0; piece < path.rows.length; piece++) {
      const on = path.rows[piece]!;
      times.set(on, (times.get(on) ?? 0) + path.ends[piece]! - path.starts[piece]!);
    }
  }
  return times;
}

function accuseOfTime(
  anatomy: Anatomy,
  row: number,
  weight: number,
  expectations: Expectations,
): readonly Exhibit[] {
  const { trace } = anatomy;
  const span = trace.spans[row]!;
  const callee = calleeOf(anatomy, row, expectations);
  if (callee !== undefined) {
    const answer = anatomy.calls.get(row)!.callee;
    const operation = answer < 0 ? undefined : trace.spans[answer]!.operation;
    const instance = answer < 0 ? undefined : trace.spans[answer]!.instance;
    return [
      {
        accused: callee,
        operation,
        instance,
        charge: 'call-time',
        caller: span.service,
        weight,
        missing: [],
      },
    ];
  }
  const refusers = failingChildren(trace, row).flatMap((child) => {
    const origin = originOf(trace, child);
    return calleeOf(anatomy, origin, expectations) ?? trace.spans[origin]!.service;
  });
  if (refusers.length > 0) {
    return refusers.map((accused) => ({
      accused,
      operation: undefined,
      instance: undefined,
      charge: 'retry-time',
      caller: span.service,
      weight: weight / refusers.length,
      missing: [],
    }));
  }
  const { service: accused, operation, instance } = span;
  return [{ accused, operation, instance, charge: 'own-time', caller: undefined, weight, missing: [] }];
}

/** Spans that failed although none that they called did: there failures begin. Together they weigh 1. */
function findFailures(
  anatomy: Anatomy,
  expectations: Expectations,
  overtime: readonly Overtime[],
): Exhibit[] {
  const { trace, calls } = anatomy;
  const origins: number[] = [];
  for (let row = 0; row < trace.spans.length; row++) {
    if (trace.spans[row]!.status !== 'error') continue;
    if (failingChildren(trace, row).length === 0) origins.push(row);
  }
  if (origins.length === 0) return [];
  const weight = 1 / origins.length;
  const called = calleesByRequest(anatomy, expectations);
  return origins.map((row) => {
    const span = trace.spans[row]!;
    const callee = calleeOf(anatomy, row, expectations);
    if (callee !== undefined) {
      // A caller that gives up on an answer that is under way: whatever holds it up is to blame.
      const answer = calls.get(row)!.callee;
      const slowest = answer < 0 ? undefined : heaviest(overtime, answer, trace.ends[answer]!);
      const charge = answer < 0 ? 'no-answer' : 'given-up';
      if (slowest !== undefined) return { ...slowest, weight, charge };
      const instance = answer < 0 ? undefined : trace.spans[answer]!.instance;
      return {
        accused: callee,
        operation: undefined,
        instance,
        charge,
        caller: span.service,
        weight,
        missing: [],
      };
    }
    const request = anatomy.requests[row]!;
    const made = called.get(request);
    const missing = expectations
      .usualCallees(stepOf(trace, request))
      .filter((usual) => made === undefined || !made.has(usual));
    const { service: accused, operation, instance } = span;
    return { accused, operation, instance, charge: 'own-failure', caller: undefined, weight, missing };
  });
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

/**
 * Where the trace first left its usual course, without anything that says it failed. What ends early after an answer is put
 * down to whom that answer came from; what takes a course of its own, to itself.
 */
function findBreak(anatomy: Anatomy, expectations: Expectations): Exhibit[] {
  const { trace } = anatomy;
  let first = Number.POSITIVE_INFINITY;
  let found: Exhibit | undefined;
  const accuse = (row: number, at: number): void => {
    if (at > first) return;
    first = at;
    const { service: accused, operation, instance } = trace.spans[row]!;
    found = { accused, operation, instance, charge: 'broken-off', caller: undefined, weight: 1, missing: [] };
  };
  for (let row = 0; row < trace.spans.length; row++) {
    const step = stepOf(trace, row);
    let last: number | undefined;
    for (const child of [...childrenOf(trace, row), undefined]) {
      const lastStep = last === undefined ? end : stepOf(trace, last);
      const likelihood = expectations.likelihood(
        step,
        lastStep,
        child === undefined ? end : stepOf(trace, child),
      );
      const at = last === undefined ? trace.starts[row]! : trace.starts[last]! + trace.durations[last]!;
      if (likelihood !== undefined && likelihood < unlikely) {
        const callee = last === undefined ? -1 : calleeRow(anatomy, last);
        accuse(child === undefined && callee >= 0 ? callee : row, at);
        break;
      }
      last = child;
    }
  }
  return found === undefined ? [] : [found];
}

/** The row of whom a child of another service, or a call, leads to; -1 for a span of the same service. */
function calleeRow({ trace, calls }: Anatomy, row: number): number {
  const parent = trace.parents[row]!;
  if (parent >= 0 && trace.spans[parent]!.service !== trace.spans[row]!.service) return row;
  return calls.get(row)?.callee ?? -1;
}
