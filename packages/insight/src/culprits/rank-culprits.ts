import type { ResourceTestimony } from '../resources/resource-testimony.ts';
import type { Culprit } from './culprit.ts';
import { describeCulprit } from './describe-culprit.ts';
import type { Docket, Filed } from './docket.ts';
import { type Charge, isOfTime } from './exhibit.ts';
import type { Expectations } from './expectations.ts';
import { persistence, type Visit } from './recovery.ts';
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
const slowerMin = 0.1;
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

export interface RankOptions {
  /** Whether those are named too that chance may explain. */
  readonly unsure: boolean;
  /** Whether one trouble may have given way to another: then who does well again does so to who does not. */
  readonly succession: boolean;
}

/** Who stands out in the current window against the baseline, the one most to blame first. */
export function rankCulprits(
  current: Hearing,
  baseline: Hearing,
  resources: ResourceTestimony,
  options: RankOptions,
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
    if (!options.unsure && !isNews) continue;
    const found = weigh(accused, filed, known, now, before, resources, options);
    if (found.blame > 0) cases.push(found);
  }
  cases.sort((one, other) => other.blame - one.blame);
  const total = cases.reduce((sum, { blame }) => sum + blame, 0);
  return cases
    .slice(0, culpritsMax)
    .map((found) => describeCulprit(found, found.blame / total, current, baseline, resources));
}

/**
 * Whether so many of so many are more than chance makes of what was before: a two-proportion z-test, with Yates's correction, since a
 * handful of traces is far from a normal distribution.
 */
function standsOut(now: number, ofNow: number, before: number, ofBefore: number, needed: number): boolean {
  if (now < tracesMin) return false;
  const pooled = (now + before) / (ofNow + ofBefore);
  const parts = 1 / ofNow + 1 / Math.max(1, ofBefore);
  const deviation = Math.sqrt(pooled * (1 - pooled) * parts);
  return now / ofNow - before / Math.max(1, ofBefore) - parts / 2 > needed * deviation;
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
  { unsure, succession }: RankOptions,
): Case {
  const threshold = unsure ? 0 : 1;
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
  const goesOn = (ofTime: boolean): number => {
    if (!succession) return 1;
    const ofSort = ({ charge }: Filed): boolean => isOfTime(charge) === ofTime;
    const visits = (those: readonly Filed[], docket: Docket): Visit[] =>
      visitsTo(accused, those.filter(ofSort), docket, before.meanTime);
    return persistence(visits(filed, now), meanGravity(visits(known, before)));
  };
  const blame = failing * odds * goesOn(false) + waiting * oddsOfTime * goesOn(true);
  return { accused, filed, failures, slower, impact, blame };
}

/** Those traces in which somebody was asked for something, or has something against it. */
function visitsTo(accused: string, filed: readonly Filed[], { visits }: Docket, usualTime: number): Visit[] {
  const wrong = new Map<string, Visit>();
  for (const { traceId, charge, weight, to } of filed) {
    const { at, gravity } = wrong.get(traceId) ?? { at: 0, gravity: 0 };
    const more = isOfTime(charge) ? weight / Math.max(1, usualTime) : weight;
    wrong.set(traceId, { at: Math.max(at, to), gravity: Math.min(1, gravity + more) });
  }
  const fine: Visit[] = [];
  for (const [traceId, at] of visits.get(accused) ?? [])
    if (!wrong.has(traceId)) fine.push({ at, gravity: 0 });
  return [...wrong.values(), ...fine];
}

function meanGravity(all: readonly Visit[]): number {
  return all.reduce((sum, { gravity }) => sum + gravity, 0) / Math.max(1, all.length);
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
