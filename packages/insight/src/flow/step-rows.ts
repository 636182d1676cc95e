import type { Span } from '../model/span.ts';
import { isCallSpan } from '../trace/calls.ts';
import type { Trace } from '../trace/trace.ts';
import { type DataAccess, dataAccess } from './data-access.ts';

/** Which spans of a trace are steps of an execution, and what the others are to them. */
export interface StepRows {
  /** Row of the step that a span belongs to: its own for a step. */
  readonly steps: Int32Array;
  /** Row of the step above it; -1 where there is none. */
  readonly callers: Int32Array;
  /** Row of the span that shows it as its caller saw it: one that does nothing but call, or its own. */
  readonly shown: Int32Array;
  readonly accesses: readonly (DataAccess | undefined)[];
}

/**
 * A span is a step, unless it does nothing but call, and who answered has a step; or uses data; or, where `folded`, is what
 * happens within a service that was entered before. Whatever nothing led to is a step in any case.
 */
export function stepRows(trace: Trace, folded: boolean): StepRows {
  const { spans, parents } = trace;
  const length = spans.length;
  const steps = new Int32Array(length);
  const callers = new Int32Array(length);
  const shown = new Int32Array(length);
  const leads = leadingRows(trace);
  const accesses = spans.map((span, row) =>
    leads[row] === 1 && isClient(span) ? undefined : dataAccess(span),
  );
  for (let row = 0; row < length; row++) {
    const span = spans[row]!;
    const parent = parents[row]!;
    const caller = parent < 0 ? -1 : steps[parent]!;
    const isUse = accesses[row] !== undefined && span.kind !== 'consumer';
    const isWithin = folded && span.kind === 'internal' && spans[caller]?.service === span.service;
    const isStep = caller < 0 || !(leads[row] === 1 || isUse || isWithin);
    steps[row] = isStep ? row : caller;
    callers[row] = caller;
    shown[row] = parent >= 0 && leads[parent] === 1 && enters(span, spans[parent]!) ? parent : row;
  }
  return { steps, callers, shown, accesses };
}

/** 1 for spans that do nothing but call, with the span of who answered, or of the call proper, below them. */
function leadingRows(trace: Trace): Uint8Array {
  const { spans, parents } = trace;
  const leads = new Uint8Array(spans.length);
  for (let row = 0; row < spans.length; row++) {
    const parent = parents[row]!;
    if (parent < 0 || leads[parent] === 1) continue;
    const [above, span] = [spans[parent]!, spans[row]!];
    // A client above another, as above the statements of an ORM, is no call of its own.
    if (enters(span, above) ? isCallSpan(trace, parent) : isClient(above) && isClient(span))
      leads[parent] = 1;
  }
  return leads;
}

function enters(span: Span, caller: Span): boolean {
  return span.kind === 'server' || span.kind === 'consumer' || span.service !== caller.service;
}

function isClient({ kind }: Span): boolean {
  return kind === 'client';
}
