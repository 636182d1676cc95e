import { type Call, callsOf, isCallSpan, namedPeer } from '../trace/calls.ts';
import { requestRows } from '../trace/requests.ts';
import { selfTimes } from '../trace/self-times.ts';
import { isDetached, type Trace } from '../trace/trace.ts';

/** A trace with all that is asked of it again and again when blame is laid. */
export interface Anatomy {
  readonly trace: Trace;
  /** Microseconds that each span did not wait for a child. */
  readonly selfs: Float64Array;
  /** The request that each row serves, as its first row. */
  readonly requests: Int32Array;
  /** By the caller's row: the call that it makes. The last, where it makes several. */
  readonly calls: ReadonlyMap<number, Call>;
}

export function anatomyOf(trace: Trace): Anatomy {
  const calls = new Map<number, Call>();
  for (const call of callsOf(trace)) {
    // A span that does other things too is not the call; its callee is below it.
    if (isCallSpan(trace, call.caller)) calls.set(call.caller, call);
  }
  return { trace, selfs: selfTimes(trace), requests: requestRows(trace), calls };
}

/** The name of what a span does, for comparing it with what other spans of that name do. */
export function stepOf(trace: Trace, row: number): string {
  const { service, operation } = trace.spans[row]!;
  return `${service}\n${operation}`;
}

/** Under which name a caller knows its callee, whether it answers or not. */
export function siteOf(trace: Trace, row: number): string {
  const span = trace.spans[row]!;
  return `${span.service}\n${namedPeer(span) ?? span.operation}`;
}

/** Rows of the children that a span waits for, by start. */
export function childrenOf(trace: Trace, row: number): number[] {
  const children: number[] = [];
  for (let child = row + 1; child < trace.ends[row]!; child = trace.ends[child]!) {
    if (!isDetached(trace, child)) children.push(child);
  }
  return children;
}
