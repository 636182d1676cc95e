import type { Span } from '../model/span.ts';
import type { Trace } from './trace.ts';

/** One exchange between two services, or with something that sends no spans. */
export interface Call {
  /** Row of the span that calls; the caller's last before the callee's. */
  readonly caller: number;
  /** Row of the callee's first span; -1 where none is known. */
  readonly callee: number;
  /** Row of the span that shows how it went: the caller's if it stands for the call alone, else the callee's. */
  readonly shown: number;
  readonly kind: 'call' | 'message';
}

/** Calls of a trace between services, in order of rows. What a service calls of itself is none. */
export function callsOf(trace: Trace): Call[] {
  const { parents, spans, ends } = trace;
  const calls: Call[] = [];
  const answered = new Uint8Array(spans.length);
  for (let row = 0; row < spans.length; row++) {
    const span = spans[row]!;
    const parent = parents[row]!;
    if (parent >= 0 && spans[parent]!.service !== span.service) {
      const message = span.kind === 'consumer' || spans[parent]!.kind === 'producer';
      const alone = !message && answered[parent] === 0 && isCallSpan(trace, parent);
      answered[parent] = 1;
      calls.push({
        caller: parent,
        callee: row,
        shown: alone ? parent : row,
        kind: message ? 'message' : 'call',
      });
    }
    if (leaves(span) && !hasCallee(trace, row, ends[row]!)) {
      calls.push({
        caller: row,
        callee: -1,
        shown: row,
        kind: span.kind === 'producer' ? 'message' : 'call',
      });
    }
  }
  return calls;
}

/**
 * Whether a span does nothing but call: a client's or a producer's, or, where kinds were not recorded, one whose children
 * are all another service's.
 */
export function isCallSpan(trace: Trace, row: number): boolean {
  const { spans, ends } = trace;
  const { kind, service } = spans[row]!;
  if (kind !== 'internal') return kind === 'client' || kind === 'producer';
  let child = row + 1;
  if (child >= ends[row]!) return false;
  for (; child < ends[row]!; child = ends[child]!) if (spans[child]!.service === service) return false;
  return true;
}

/** Whom a span calls, as its attributes say: a `peer`, or a server's address. */
export function namedPeer(span: Span): string | undefined {
  if (span.peer !== undefined) return span.peer;
  const address = span.attributes['server.address'] ?? span.attributes['net.peer.name'];
  if (typeof address !== 'string') return undefined;
  const port = span.attributes['server.port'] ?? span.attributes['net.peer.port'];
  return port === undefined ? address : `${address}:${String(port)}`;
}

function leaves(span: Span): boolean {
  return span.kind === 'client' || span.kind === 'producer';
}

/** A client's span above another client's of the same service, as above the statements of an ORM, is no call of its own. */
function hasCallee({ spans }: Trace, row: number, end: number): boolean {
  const { service } = spans[row]!;
  for (let below = row + 1; below < end; below++) {
    if (spans[below]!.service !== service || leaves(spans[below]!)) return true;
  }
  return false;
}
