import { invalidArgument } from '@holdfast/core';
import type { ResourceReadings, ResourceSource } from '../model/resource-source.ts';
import type { SpanSource, TimeWindow } from '../model/span-source.ts';
import { ResourceTestimony } from '../resources/resource-testimony.ts';
import { assembleTrace } from '../trace/assemble-trace.ts';
import { type Anatomy, anatomyOf } from './anatomy.ts';
import type { Culprit } from './culprit.ts';
import { Docket } from './docket.ts';
import { examineTrace } from './examine-trace.ts';
import { Expectations } from './expectations.ts';
import { NewTurns } from './new-turns.ts';
import { rankCulprits } from './rank-culprits.ts';
import { Recency } from './recency.ts';

/** Enough for a quarter of an hour of levels that are told every five seconds. */
const levelsMax = 200;

export interface CulpritQuery {
  readonly current: TimeWindow;
  /** When all was well: before `current`, and better longer than it. */
  readonly baseline: TimeWindow;
  /** So many traces of each window are read, the newest. Default 2,000. */
  readonly tracesMax?: number;
  /**
   * For when it is known that something is wrong: those are named too that chance may explain, and who takes another course than
   * before more often is accused, which may have good reasons. Default: not.
   */
  readonly unsure?: boolean;
  /** What the services' processes live on. It strengthens or weakens what traces say; by itself it accuses nobody. */
  readonly resources?: ResourceSource;
  /**
   * What was seen so many milliseconds before the end of the current window counts half as much as what is seen at its end, and
   * so on: for a window in which one trouble may have given way to another. Who does well again after it gives way to those who do
   * not. Default: infinite, all of it counts the same.
   */
  readonly halfLife?: number;
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
 * @throws HoldfastError INVALID_ARGUMENT for a window that ends before it begins, for `tracesMax` below 1, and for a `halfLife`
 * that is none.
 */
export async function findCulprits(source: SpanSource, query: CulpritQuery): Promise<readonly Culprit[]> {
  const { current, baseline, tracesMax = 2_000, unsure = false, resources, halfLife, signal } = query;
  checkWindow('current', current);
  checkWindow('baseline', baseline);
  if (!Number.isSafeInteger(tracesMax) || tracesMax < 1) {
    throw invalidArgument('tracesMax', tracesMax, 'a whole number from 1 on');
  }
  if (halfLife !== undefined && !(halfLife > 0))
    throw invalidArgument('halfLife', halfLife, 'milliseconds, more than 0');
  const [usual, now] = [new Expectations(), new Expectations()];
  const read = async (window: TimeWindow, learning: Expectations): Promise<Anatomy[]> => {
    const anatomies: Anatomy[] = [];
    for await (const spans of source.traces({ ...window, tracesMax }, signal)) {
      const anatomy = anatomyOf(assembleTrace(spans));
      anatomies.push(anatomy);
      learning.learn(anatomy, usual);
    }
    return anatomies;
  };
  const before = await read(baseline, usual);
  const after = await read(current, now);
  // A system that is well takes new turns for good reasons: caches fill, work is put off. They tell only where something is wrong.
  const newTurns = unsure ? new NewTurns(usual, now) : undefined;

  const control = new Docket(secondsOf(baseline, before), new Recency(baseline.to * 1_000));
  for (const anatomy of before) control.add(anatomy, examineTrace(anatomy, usual, newTurns), usual);
  const docket = new Docket(secondsOf(current, after), new Recency(current.to * 1_000, halfLife));
  const begin = current.from * 1_000;
  for (const anatomy of after) {
    // A trace may have begun earlier: what went wrong in it then is over.
    const exhibits = examineTrace(anatomy, usual, newTurns).filter((exhibit) => exhibit.to >= begin);
    docket.add(anatomy, exhibits, usual);
  }
  const readings = async (window: TimeWindow): Promise<readonly ResourceReadings[]> =>
    (await resources?.resources({ ...window, levelsMax }, signal)) ?? [];
  const testimony = new ResourceTestimony(
    await readings(baseline),
    await readings(current),
    control.meanTime,
  );
  return rankCulprits({ docket, usual: now }, { docket: control, usual }, testimony, {
    unsure,
    succession: halfLife !== undefined,
  });
}

function checkWindow(name: string, { from, to }: TimeWindow): void {
  if (!(from <= to))
    throw invalidArgument(name, `${from} to ${to}`, 'a window that does not end before it begins');
}

/** How long the traces that were read took to come: the window may begin before the first, or not all were read. */
function secondsOf({ from, to }: TimeWindow, anatomies: readonly Anatomy[]): number {
  let first = to;
  for (const { trace } of anatomies) first = Math.min(first, trace.start / 1_000);
  return (to - Math.max(from, first)) / 1_000;
}
