import type { Anatomy } from './anatomy.ts';

/** Tells whom calls lead to that got no answer. */
export interface Answerers {
  /** Who usually answers at a site. */
  answererAt(site: string): string | undefined;
}

/** Whom each request calls, by its row. */
export function calleesByRequest(anatomy: Anatomy, answerers: Answerers): Map<number, Set<string>> {
  const called = new Map<number, Set<string>>();
  for (const row of anatomy.calls.keys()) {
    const name = calleeOf(anatomy, row, answerers);
    if (name === undefined) continue;
    const request = anatomy.requests[row]!;
    called.set(request, (called.get(request) ?? new Set()).add(name));
  }
  return called;
}

/** Whom the call at `row` calls: who answers, or usually answers, or whom its attributes name. */
export function calleeOf(anatomy: Anatomy, row: number, answerers: Answerers): string | undefined {
  const { trace, calls, sites } = anatomy;
  const call = calls.get(row);
  if (call === undefined) return undefined;
  if (call.callee >= 0) return trace.spans[call.callee]!.service;
  const { key, peer } = sites.get(row)!;
  return answerers.answererAt(key) ?? peer;
}
