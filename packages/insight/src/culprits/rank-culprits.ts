import type { ResourceTestimony } from '../resources/resource-testimony.ts';
import type { Culprit } from './culprit.ts';
import { describeCulprit } from './describe-culprit.ts';
import type { Docket, Filed } from './docket.ts';
import { type Charge, isOfTime } from './exhibit.ts';
import type { Expectations } from './expectations.ts';
import { redirectBlame } from './redirect-blame.ts';

/** What the traces of a window show, and what is usual in it. */
export interface Hearing {
  readonly docket: Docket;
  readonly usual: Expectations;
}

/** Everything that stands against one of the accused. */
export interface Case {
  readonly accused: string;
  readonly filed: readonly Filed[];
  /** Failures a request, beyond the usual. */
  readonly failures: number;
  /** Time a request, beyond the usual, as a share of what one took. */
  readonly slower: number;
  /** What of it weighs, from 0 to 3. */
  readonly impact: number;
  /** The same by how likely it is that the accused is to blame. */
  readonly blame: number;
}

/** Fewer failures than this a request, and less time, are not worth anybody's attention. */
const failuresMin = 0.01;
const slowerMin = 0.05;
/** A request that fails is worse than one that takes however long: it weighs as much as two such. */
const failureWeight = 2;
/** So many traces have to show it, and so many standard deviations more of them than usual. */
const tracesMin = 3;
const deviationsMin = 3;
const culpritsMax = 10;

/** Each is tested by itself: where every trace takes a course of its own, those that wait would not stand out. */
const sorts: readonly ((charge: Charge) => boolean)[] = [
  isOfTime,
  (charge) => charge === 'broken-off',
  (charge) => !isOfTime(charge) && charge !== 'broken-off',
];

/**
 * Who stands out in the current window against the baseline, the one most to blame first.
 *
 * @param unsure whether those are named too that chance may explain
 */
export function rankCulprits(
  current: Hearing,
  baseline: Hearing,
  resources: ResourceTestimony,
  unsure: boolean,
): readonly Culprit[] {
  const [now, before] = [current.docket, baseline.docket];
  const usual = byAccused(before.filed);
  const cases: Case[] = [];
  for (const [accused, filed] of byAccused(redirectBlame(now, before))) {
    const known = usual.get(accused) ?? [];
    const needed = deviationsNeeded(resources.odds(accused));
    const isNews =
      sorts.some((sort) =>
        standsOut(tracesIn(filed, sort), now.traces, tracesIn(known, sort), before.traces, needed),
      ) ||
      standsOut(
        unanswered(filed),
        callsOf(now, accused),
        unanswered(known),
        callsOf(before, accused),
        needed,
      );
    if (!unsure && !isNews) continue;
    const found = weigh(accused, filed, known, now, before, resources, unsure ? 0 : 1);
    if (found.blame > 0) cases.push(found);
  }
  cases.sort((one, other) => other.blame - one.blame);
  const total = cases.reduce((sum, { blame }) => sum + blame, 0);
  return cases
    .slice(0, culpritsMax)
    .map((found) => describeCulprit(found, found.blame / total, current, baseline, resources));
}

/** Whether so many of so many are more than chance makes of what was before: a two-proportion z-test. */
function standsOut(now: number, ofNow: number, before: number, ofBefore: number, needed: number): boolean {
  if (now < tracesMin) return false;
  const pooled = (now + before) / (ofNow + ofBefore);
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / ofNow + 1 / Math.max(1, ofBefore)));
  return now / ofNow - before / Math.max(1, ofBefore) > needed * deviation;
}

/**
 * How many standard deviations it takes when something else makes it so many times as likely already: by so many, what was found is
 * exp(z² / 2) times as likely if there is something.
 */
function deviationsNeeded(odds: number): number {
  return Math.sqrt(Math.max(0, deviationsMin ** 2 - 2 * Math.log(odds)));
}

function weigh(
  accused: string,
  filed: readonly Filed[],
  known: readonly Filed[],
  now: Docket,
  before: Docket,
  resources: ResourceTestimony,
  threshold: 0 | 1,
): Case {
  const more = (ofTime: boolean): number =>
    Math.max(
      0,
      sum(filed, ofTime) / Math.max(1e-9, now.recentTraces) - sum(known, ofTime) / Math.max(1, before.traces),
    );
  const failures = more(false);
  const slower = more(true) / Math.max(1, before.meanTime);
  const [odds, oddsOfTime] = [resources.odds(accused), resources.oddsOfTime(accused)];
  const failing = failures * odds < failuresMin * threshold ? 0 : failures * failureWeight;
  const waiting = slower * odds < slowerMin * threshold ? 0 : slower / (1 + slower);
  const impact = failing + waiting;
  return { accused, filed, failures, slower, impact, blame: failing * odds + waiting * oddsOfTime };
}

function sum(filed: readonly Filed[], ofTime: boolean): number {
  let weight = 0;
  for (const { charge, weight: each, recency } of filed)
    if (isOfTime(charge) === ofTime) weight += each * recency;
  return weight;
}

function byAccused(filed: readonly Filed[]): Map<string, Filed[]> {
  const cases = new Map<string, Filed[]>();
  for (const exhibit of filed) {
    const known = cases.get(exhibit.accused);
    if (known === undefined) cases.set(exhibit.accused, [exhibit]);
    else known.push(exhibit);
  }
  return cases;
}

/** Of the calls to somebody whom few call, all may fail while few traces do. */
function unanswered(filed: readonly Filed[]): number {
  return filed.filter(({ charge }) => charge === 'no-answer').length;
}

function callsOf({ calls }: Docket, accused: string): number {
  return Math.max(1, calls.get(accused)?.length ?? 0);
}

function tracesIn(filed: readonly Filed[], isOfSort: (charge: Charge) => boolean): number {
  return new Set(filed.filter(({ charge }) => isOfSort(charge)).map(({ traceId }) => traceId)).size;
}
