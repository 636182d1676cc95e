import type { CallTotals } from '../live/call-totals.ts';
import { callerOf, entryOf, type FlowTotals, nobody } from '../live/flow-totals.ts';
import type { ShapeBook } from '../store/shape-book.ts';
import { isRequest, type ServiceFlow } from './service-flow.ts';

/** The requests of a service: its server's and consumer's spans, and other spans by which it was entered. */
export function* requestsOfService(
  totals: FlowTotals,
  book: ShapeBook,
  service: string,
): Generator<CallTotals> {
  for (const [id, calls] of totals.shapes) {
    const shape = book.shapes[id]!;
    if (shape.resource.service === service && isRequest(shape)) yield calls;
  }
  for (const [pair, calls] of totals.pairs) {
    const entry = book.shapes[entryOf(pair)]!;
    if (entry.resource.service === service && !isRequest(entry)) yield calls;
  }
}

/** The requests that began traces; where no trace's beginning is known, those of services that nobody known calls. */
export function requestsFromOutside(
  { whole }: { readonly whole: FlowTotals },
  book: ShapeBook,
  { edges, nodes }: ServiceFlow,
): (totals: FlowTotals) => Generator<CallTotals> {
  for (const pair of whole.pairs.keys()) if (callerOf(pair) === nobody) return begun;
  const called = new Set(edges.map(({ to }) => to));
  const doors = [...nodes.keys()].filter((name) => !called.has(name));
  return function* (totals) {
    for (const door of doors) yield* requestsOfService(totals, book, door);
  };
}

function* begun(totals: FlowTotals): Generator<CallTotals> {
  for (const [pair, calls] of totals.pairs) if (callerOf(pair) === nobody) yield calls;
}
