import type { Trace } from './trace.ts';

/**
 * For each row the row of the request that it serves: the nearest span above it, or itself, with which its service took
 * over. That is one without parent, one whose parent is another service's, a server's or a consumer's.
 */
export function requestRows(trace: Trace): Int32Array {
  const { parents, spans } = trace;
  const requests = new Int32Array(spans.length);
  for (let row = 0; row < spans.length; row++) {
    requests[row] = beginsRequest(trace, row) ? row : requests[parents[row]!]!;
  }
  return requests;
}

function beginsRequest({ parents, spans }: Trace, row: number): boolean {
  const parent = parents[row]!;
  if (parent < 0) return true;
  const { service, kind } = spans[row]!;
  return kind === 'server' || kind === 'consumer' || service !== spans[parent]!.service;
}
