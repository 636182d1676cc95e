import type { SpanKind } from '@holdfast/insight';
import { CallTotals } from '../live/call-totals.ts';
import type { FlowTotals } from '../live/flow-totals.ts';
import type { ShapeBook } from '../store/shape-book.ts';
import { spanKinds } from '../store/stored-span.ts';

/** What each operation of each service comes to, by {@link operationKey}. */
export function operationTotals({ shapes }: FlowTotals, book: ShapeBook): Map<string, CallTotals> {
  const totals = new Map<string, CallTotals>();
  for (const [id, calls] of shapes) {
    const { kind, name, resource } = book.shapes[id]!;
    const key = operationKey({ service: resource.service, kind: spanKinds[kind]!, operation: name });
    const sum = totals.get(key) ?? new CallTotals();
    sum.add(calls);
    totals.set(key, sum);
  }
  return totals;
}

export function operationKey({
  service,
  kind,
  operation,
}: {
  readonly service: string;
  readonly kind: SpanKind;
  readonly operation: string;
}): string {
  return `${service}\0${kind}\0${operation}`;
}
