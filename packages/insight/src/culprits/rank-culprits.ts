import { milliseconds, percent } from '../statistics/figures.ts';
import type { Culprit, CulpritKind } from './culprit.ts';
import type { Docket, Filed } from './docket.ts';
import { type Charge, isOfTime } from './exhibit.ts';
import type { Expectations } from './expectations.ts';
import { redirectBlame } from './redirect-blame.ts';

/** What was seen in a window, and what is usual in it. */
export interface Hearing {
  readonly docket: Docket;
  readonly now: Expectations;
}

/** Fewer failures than this a request, and less time than this of what it takes, are not worth anybody's attention. */
const failuresMin = 0.01;
const slowerMin = 0.05;
/** So many traces have to show it, and so many standard deviations more of them than usual. */
const tracesMin = 3;
const deviationsMin = 3;
const culpritsMax = 10;
const traceIdsMax = 5;

/** Everything that stands against one of the accused. */
interface Case {
  readonly accused: string;
  readonly filed: readonly Filed[];
  /** Failures a trace beyond the usual. */
  readonly failures: number;
  /** Microseconds a trace beyond the usual. */
  readonly time: number;
  readonly impact: number;
}

export function rankCulprits(current: Hearing, baseline: Hearing): readonly Culprit[] {
  const filed = byAccused(redirectBlame(current.docket, baseline.docket));
  const usual = byAccused(baseline.docket.filed);
  const cases: Case[] = [];
  for (const [accused, against] of filed) {
    const before = usual.get(accused) ?? [];
    if (!standsOut(tracesIn(against), current.docket.traces, tracesIn(before), baseline.docket.traces))
      continue;
    const found = weigh(accused, against, before, current.docket, baseline.docket);
    if (found.impact > 0) cases.push(found);
  }
  cases.sort((one, other) => other.impact - one.impact);
  const total = cases.reduce((sum, { impact }) => sum + impact, 0);
  return cases.slice(0, culpritsMax).map((found) => describe(found, total, current, baseline));
}

/** Whether so many of so many are more than chance makes of what was before: a two-proportion z-test. */
function standsOut(now: number, ofNow: number, before: number, ofBefore: number): boolean {
  if (now < tracesMin) return false;
  const pooled = (now + before) / (ofNow + ofBefore);
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / ofNow + 1 / Math.max(1, ofBefore)));
  return now / ofNow - before / Math.max(1, ofBefore) >= deviationsMin * deviation;
}

function weigh(
  accused: string,
  filed: readonly Filed[],
  before: readonly Filed[],
  current: Docket,
  baseline: Docket,
): Case {
  const more = (ofTime: boolean): number =>
    Math.max(0, sum(filed, ofTime) / current.traces - sum(before, ofTime) / Math.max(1, baseline.traces));
  const failures = more(false);
  const time = more(true);
  const slower = time / Math.max(1, baseline.meanTime);
  const impact = (failures < failuresMin ? 0 : failures) + (slower < slowerMin ? 0 : slower / (1 + slower));
  return { accused, filed, failures, time, impact };
}

function sum(filed: readonly Filed[], ofTime: boolean): number {
  let weight = 0;
  for (const exhibit of filed) if (isOfTime(exhibit.charge) === ofTime) weight += exhibit.weight;
  return weight;
}

function describe(found: Case, total: number, current: Hearing, baseline: Hearing): Culprit {
  const { accused, filed, impact } = found;
  const kind = kindOf(found, current.docket, baseline.docket);
  const operation = foremost(filed, ({ operation }) => operation);
  const instance = foremost(filed, ({ instance }) => instance);
  return {
    kind,
    severity: impact >= 0.3 ? 'alarm' : impact >= 0.05 ? 'warning' : 'note',
    service: accused,
    operation,
    instance,
    text: sentenceFor(kind, accused, operation),
    evidence: evidenceFor(found, operation, current, baseline),
    share: impact / total,
    traceIds: clearestTraces(filed),
  };
}

function kindOf(found: Case, current: Docket, baseline: Docket): CulpritKind {
  const { accused, filed, failures, impact } = found;
  const grown = rateOf(current, accused) > 2 * rateOf(baseline, accused);
  if (failures * 2 < impact) return grown ? 'overloaded' : 'slow';
  const unanswered = weightOf(filed, 'no-answer');
  const silent = unanswered > weightOf(filed, 'own-failure') + weightOf(filed, 'given-up');
  return silent && baseline.requests.has(accused) ? 'gone' : grown ? 'overloaded' : 'failing';
}

function sentenceFor(kind: CulpritKind, accused: string, operation: string | undefined): string {
  const where = operation === undefined ? '' : ` in ${operation}`;
  switch (kind) {
    case 'slow':
      return `${accused} is slow${where}`;
    case 'failing':
      return `${accused} fails${where}`;
    case 'gone':
      return `${accused} does not answer`;
    case 'overloaded':
      return `${accused} gets more requests than it can carry${where}`;
  }
}

function evidenceFor(
  { accused, filed, failures, time }: Case,
  operation: string | undefined,
  current: Hearing,
  baseline: Hearing,
): string[] {
  const evidence: [weight: number, sentence: string][] = [];
  const say = (weight: number, sentence: string): void => void evidence.push([weight, sentence]);
  const traces = current.docket.traces;
  if (time > 0) {
    const weight = time / Math.max(1, baseline.docket.meanTime);
    say(
      weight,
      `It adds ${milliseconds(time / 1_000)} to a request, which took ${milliseconds(baseline.docket.meanTime / 1_000)} before.`,
    );
    const step = `${accused}\n${operation ?? ''}`;
    const [after, before] = [current.now.usualTime(step), baseline.now.usualTime(step)];
    if (after !== undefined && before !== undefined && after.mean > before.mean) {
      say(
        weight * 0.9,
        `${operation} takes ${milliseconds(after.mean / 1_000)} of its own, ${milliseconds(before.mean / 1_000)} before.`,
      );
    }
  }
  const calls = current.docket.calls.get(accused) ?? 0;
  const silent = count(filed, 'no-answer');
  if (silent > 0) {
    say(failures, `${silent} of ${calls} calls to it failed without a sign of it.`);
  }
  const givenUp = count(filed, 'given-up');
  if (givenUp > 0) say(failures * 0.9, `${givenUp} calls to it were given up while it was at work.`);
  const own = count(filed, 'own-failure');
  if (own > 0) {
    say(
      failures * 0.95,
      `Failures begin with it in ${percent(own / traces)} of requests, and not with anybody whom it calls.`,
    );
  }
  const broken = count(filed, 'broken-off');
  if (broken > 0) {
    say(failures * 0.95, `${percent(broken / traces)} of requests leave their usual course with it.`);
  }
  const rates = [rateOf(current.docket, accused), rateOf(baseline.docket, accused)] as const;
  if (rates[0] > 2 * rates[1]) {
    say(failures + 0.01, `It gets ${rates[0].toFixed(1)} requests a second, ${rates[1].toFixed(1)} before.`);
  }
  const callers = new Set(filed.flatMap(({ caller }) => caller ?? []));
  if (callers.size > 1) say(0.001, `${[...callers].sort().join(', ')} see it alike.`);
  return evidence.sort(([one], [other]) => other - one).map(([, sentence]) => sentence);
}

/** Requests a second. */
function rateOf({ requests, calls, seconds }: Docket, accused: string): number {
  return Math.max(requests.get(accused) ?? 0, calls.get(accused) ?? 0) / Math.max(1e-3, seconds);
}

function weightOf(filed: readonly Filed[], charge: Charge): number {
  return filed.reduce((sum, exhibit) => (exhibit.charge === charge ? sum + exhibit.weight : sum), 0);
}

function count(filed: readonly Filed[], charge: Charge): number {
  return filed.reduce((sum, exhibit) => (exhibit.charge === charge ? sum + 1 : sum), 0);
}

/** What most of those say that say anything; undefined where no answer has most of the weight. */
function foremost(
  filed: readonly Filed[],
  answer: (exhibit: Filed) => string | undefined,
): string | undefined {
  const weights = new Map<string, number>();
  let total = 0;
  for (const exhibit of filed) {
    const said = answer(exhibit);
    if (said === undefined) continue;
    weights.set(said, (weights.get(said) ?? 0) + exhibit.weight);
    total += exhibit.weight;
  }
  for (const [said, weight] of weights) if (weight * 2 > total) return said;
  return undefined;
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

function tracesIn(filed: readonly Filed[]): number {
  return new Set(filed.map(({ traceId }) => traceId)).size;
}

function clearestTraces(filed: readonly Filed[]): string[] {
  const sorted = filed.toSorted((one, other) => other.weight - one.weight);
  return [...new Set(sorted.map(({ traceId }) => traceId))].slice(0, traceIdsMax);
}
