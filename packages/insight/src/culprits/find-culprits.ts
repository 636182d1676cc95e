import { invalidArgument } from '@holdfast/core';
import type { SpanSource, TimeWindow } from '../model/span-source.ts';
import { assembleTrace } from '../trace/assemble-trace.ts';
import { type Anatomy, anatomyOf } from './anatomy.ts';
import type { Culprit } from './culprit.ts';
import { Docket } from './docket.ts';
import { examineTrace } from './examine-trace.ts';
import { Expectations } from './expectations.ts';
import { rankCulprits } from './rank-culprits.ts';

export interface CulpritQuery {
  readonly current: TimeWindow;
  /** When all was well: before `current`, and better longer than it. */
  readonly baseline: TimeWindow;
  /** So many traces of each window are read, the newest. Default 2,000. */
  readonly tracesMax?: number;
  /** Whether those are named too that chance may explain: for when it is known that something is wrong. Default: not. */
  readonly unsure?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Who is to blame for what is worse in the current window than in the baseline, the most likely first: the slow, failing or
 * missing service itself, and not those that wait for it or fail with it. Empty when nothing stands out.
 *
 * What is usual is learned from the baseline's traces: how long each step takes of its own, who answers whom, what follows
 * what. Each trace of both windows is then examined for what is not usual, and whoever is found more often now than before
 * is accused.
 *
 * @throws HoldfastError INVALID_ARGUMENT for a window that ends before it begins, and for `tracesMax` below 1.
 */
export async function findCulprits(source: SpanSource, query: CulpritQuery): Promise<readonly Culprit[]> {
  const { current, baseline, tracesMax = 2_000, unsure = false, signal } = query;
  checkWindow('current', current);
  checkWindow('baseline', baseline);
  if (!Number.isSafeInteger(tracesMax) || tracesMax < 1) {
    throw invalidArgument('tracesMax', tracesMax, 'a whole number from 1 on');
  }
  const before: Anatomy[] = [];
  const usual = new Expectations();
  for await (const spans of source.traces({ ...baseline, tracesMax }, signal)) {
    const anatomy = anatomyOf(assembleTrace(spans));
    before.push(anatomy);
    usual.learn(anatomy);
  }
  const control = new Docket(secondsOf(baseline));
  for (const anatomy of before) control.add(anatomy, examineTrace(anatomy, usual), usual);

  const docket = new Docket(secondsOf(current));
  const now = new Expectations();
  for await (const spans of source.traces({ ...current, tracesMax }, signal)) {
    const anatomy = anatomyOf(assembleTrace(spans));
    now.learn(anatomy);
    docket.add(anatomy, examineTrace(anatomy, usual), usual);
  }
  return rankCulprits({ docket, usual: now }, { docket: control, usual }, unsure);
}

function checkWindow(name: string, { from, to }: TimeWindow): void {
  if (!(from <= to))
    throw invalidArgument(name, `${from} to ${to}`, 'a window that does not end before it begins');
}

function secondsOf({ from, to }: TimeWindow): number {
  return (to - from) / 1_000;
}
