import type { Anatomy } from './anatomy.ts';
import type { Expectations } from './expectations.ts';

/** Whom each request calls, by its row. */
export function calleesByRequest(anatomy: Anatomy, expectations: Expectations): Map<number, Set<string>> {
  const called = new Map<number, Set<string>>();
  for (const row of anatomy.calls.keys()) {
    const name = calleeOf(anatomy, row, expectations);
    if (name === undefined) continue;
    const request = anatomy.requests[row]!;
    called.set(request, (called.get(request) ?? new Set()).add(name));
  }
  return called;
}

/** Whom the call at `row` calls: who answers, or usually answers, or whom its attributes name. */
export function calleeOf(anatomy: Anatomy, row: number, expectations: Expectations): string | undefined {
  const { trace, calls, sites } = anatomy;
  const call = calls.get(row);
  if (call === undefined) return undefined;
  if (call.callee >= 0) return trace.spans[call.callee]!.service;
  const { key, peer } = sites.get(row)!;
  return expectations.answererAt(key) ?? peer;
}
