import type { Span } from '../model/span.ts';
import type { ClockSkew } from './trace.ts';

/** Disagreement up to here is none: starts cut to milliseconds, and ends that are noticed late. Microseconds. */
const tolerance = 1_000;

/** A process in a trace: who shares a clock. */
interface Process {
  readonly service: string;
  readonly instance: string | undefined;
  readonly name: string;
  /** Whether a trace begins with it. */
  begins: boolean;
  called: boolean;
  /** What its starts are moved by; undefined until known. */
  shift: number | undefined;
}

/** What the calls from one process to another say of how far the callee's clock has to be moved to fit the caller's. */
interface Bounds {
  readonly callee: Process;
  least: number;
  most: number;
}

/**
 * Moves the starts of processes whose clocks cannot be right: a call that seems to begin before its caller, or an answer
 * that seems to come after the caller had it. All calls between two processes are judged together, and one clock is moved
 * by one amount: to the middle of what all of them allow, as in NTP, which takes the way there to be as long as the way
 * back.
 */
export function correctClockSkew(
  spans: readonly Span[],
  parents: Int32Array,
  starts: Float64Array,
): readonly ClockSkew[] {
  const processes = new Map<string, Process>();
  const processOf = spans.map((span) => processFor(span, processes));
  if (processes.size < 2) return [];
  const bounds = new Map<Process, Map<Process, Bounds>>();
  for (let index = 0; index < spans.length; index++) {
    const parent = parents[index]!;
    if (parent < 0 || processOf[index] === processOf[parent]) continue;
    const between = boundsBetween(processOf[parent]!, processOf[index]!, bounds);
    narrow(between, spans[parent]!, spans[index]!, starts[index]! - starts[parent]!);
  }
  for (let index = 0; index < spans.length; index++) {
    if (spans[index]!.parentId === undefined) processOf[index]!.begins = true;
  }
  const sorted = [...processes.values()].sort(byName);
  spreadShifts(sorted, bounds);
  const skews: ClockSkew[] = [];
  for (const { service, instance, shift } of sorted) {
    if (shift !== undefined && shift !== 0) skews.push({ service, instance, milliseconds: shift / 1_000 });
  }
  if (skews.length === 0) return skews;
  for (let index = 0; index < spans.length; index++) starts[index]! += processOf[index]!.shift ?? 0;
  return skews;
}

/** From where traces begin, and from those whom nobody calls, whose clocks are taken to be right, on to all others. */
function spreadShifts(processes: readonly Process[], bounds: Map<Process, Map<Process, Bounds>>): void {
  const queue = processes.filter(({ begins, called }) => begins || !called);
  for (const process of queue) process.shift = 0;
  for (const caller of queue) {
    const callees = [...(bounds.get(caller)?.values() ?? [])];
    for (const between of callees.sort((one, other) => byName(one.callee, other.callee))) {
      const { callee } = between;
      if (callee.shift !== undefined) continue;
      callee.shift = caller.shift! + disagreement(between);
      queue.push(callee);
    }
  }
}

function byName(one: Process, other: Process): number {
  return one.name < other.name ? -1 : 1;
}

function processFor(span: Span, processes: Map<string, Process>): Process {
  const key = span.instance === undefined ? span.service : `${span.service}\n${span.instance}`;
  let process = processes.get(key);
  if (process === undefined) {
    const { service, instance } = span;
    process = { service, instance, name: key, begins: false, called: false, shift: undefined };
    processes.set(key, process);
  }
  return process;
}

function boundsBetween(caller: Process, callee: Process, bounds: Map<Process, Map<Process, Bounds>>): Bounds {
  let callees = bounds.get(caller);
  if (callees === undefined) {
    callees = new Map();
    bounds.set(caller, callees);
  }
  let between = callees.get(callee);
  if (between === undefined) {
    between = { callee, least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };
    callees.set(callee, between);
    callee.called = true;
  }
  return between;
}

/** `lead` is how long after its caller the callee seems to begin. */
function narrow(between: Bounds, caller: Span, callee: Span, lead: number): void {
  between.least = Math.max(between.least, -lead);
  // A caller that gave up, or does not wait, says nothing of when the callee ends.
  const waited = caller.status !== 'error' && caller.kind !== 'producer' && callee.kind !== 'consumer';
  if (!waited || callee.duration > caller.duration) return;
  between.most = Math.min(between.most, caller.duration - callee.duration - lead);
}

function disagreement({ least, most }: Bounds): number {
  if (least <= tolerance && most >= -tolerance) return 0;
  if (most === Number.POSITIVE_INFINITY) return least;
  // Bounds that exclude each other come from a clock that was set meanwhile, or from work that outlived its caller: then
  // no call may begin before its caller.
  return least > most ? Math.max(least, 0) : (least + most) / 2;
}
