import type { Span } from '../model/span.ts';
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
  /** By the caller's row: under which name its service knows the callee, whether it answers or not. */
  readonly sites: ReadonlyMap<number, Site>;
}

export interface Site {
  readonly key: string;
  /** What the span's attributes call the callee. */
  readonly peer: string | undefined;
}

export function anatomyOf(trace: Trace): Anatomy {
  const calls = new Map<number, Call>();
  const sites = new Map<number, Site>();
  for (const call of callsOf(trace)) {
    // A span that does other things too is not the call; its callee is below it.
    if (!isCallSpan(trace, call.caller)) continue;
    calls.set(call.caller, call);
    sites.set(call.caller, siteOf(trace.spans[call.caller]!));
  }
  return { trace, selfs: selfTimes(trace), requests: requestRows(trace), calls, sites };
}

/** The name of what a span does, for comparing it with what other spans of that name do. */
export function stepOf(trace: Trace, row: number): string {
  const { service, operation } = trace.spans[row]!;
  return `${service}\n${operation}`;
}

/** Rows of the children that a span waits for, by start. */
export function childrenOf(trace: Trace, row: number): number[] {
  const children: number[] = [];
  for (let child = row + 1; child < trace.ends[row]!; child = trace.ends[child]!) {
    if (!isDetached(trace, child)) children.push(child);
  }
  return children;
}

function siteOf(span: Span): Site {
  const peer = namedPeer(span);
  return { key: `${span.service}\n${peer ?? span.operation}`, peer };
}
