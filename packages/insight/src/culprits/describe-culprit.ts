import { describeChange } from '../resources/describe-change.ts';
import type { ResourceTestimony } from '../resources/resource-testimony.ts';
import { milliseconds, percent } from '../statistics/figures.ts';
import type { Culprit, CulpritKind } from './culprit.ts';
import type { Docket, Filed } from './docket.ts';
import { type Charge, isOfTime } from './exhibit.ts';
import type { Case, Hearing } from './rank-culprits.ts';

const alarmFrom = 0.3;
const warningFrom = 0.05;
const traceIdsMax = 5;
/** Who gets so many times the requests as before may fail for that alone. */
const overloadFactor = 2;

/** Puts into words what a case comes to. */
export function describeCulprit(
  found: Case,
  share: number,
  current: Hearing,
  baseline: Hearing,
  resources: ResourceTestimony,
): Culprit {
  const { accused, filed, impact } = found;
  const decisive = filed.filter(({ charge }) => isOfTime(charge) === isAboutTime(found));
  const kind = kindOf(found, current.docket, baseline.docket);
  const operation = foremost(decisive, 0.5, (exhibit) => exhibit.operation);
  const alone = (current.docket.instances.get(accused)?.size ?? 0) < 2;
  const instance = alone ? undefined : foremost(decisive, 0.8, (exhibit) => exhibit.instance);
  return {
    kind,
    severity: impact >= alarmFrom ? 'alarm' : impact >= warningFrom || kind === 'gone' ? 'warning' : 'note',
    service: accused,
    operation,
    instance,
    text: sentence(kind, accused, operation, instance),
    evidence: [
      ...timeEvidence(found, operation, current, baseline),
      ...failureEvidence(found, current.docket),
      ...loadEvidence(accused, current.docket, baseline.docket),
      ...resourceEvidence(accused, alone, resources),
    ],
    share,
    traceIds: clearestTraces(decisive),
  };
}

function isAboutTime({ failures, slower }: Case): boolean {
  return failures < slower / (1 + slower);
}

function kindOf(found: Case, current: Docket, baseline: Docket): CulpritKind {
  const { accused, filed } = found;
  const silent = total(filed, 'no-answer');
  const heard = total(filed, 'own-failure') + total(filed, 'given-up') + total(filed, 'broken-off');
  // Calls to who is dead may be many, since they are tried again: that is no load.
  if (!isAboutTime(found) && silent > heard && baseline.requests.has(accused)) return 'gone';
  if (grown(accused, current, baseline)) return 'overloaded';
  return isAboutTime(found) ? 'slow' : 'failing';
}

function sentence(
  kind: CulpritKind,
  accused: string,
  operation: string | undefined,
  instance: string | undefined,
): string {
  const who = instance === undefined ? accused : `${accused} (${instance})`;
  const where = operation === undefined ? '' : ` in ${operation}`;
  switch (kind) {
    case 'slow':
      return `${who} is slow${where}`;
    case 'failing':
      return `${who} fails${where}`;
    case 'gone':
      return `${who} does not answer`;
    case 'overloaded':
      return `${who} gets more requests than it can carry${where}`;
  }
}

function* timeEvidence(
  { accused, filed, slower }: Case,
  operation: string | undefined,
  current: Hearing,
  baseline: Hearing,
): Iterable<string> {
  if (slower < 0.01) return;
  const usual = baseline.docket.meanTime / 1_000;
  yield `It adds ${milliseconds(slower * usual)} to a request, which took ${milliseconds(usual)} before.`;
  const step = `${accused}\n${operation ?? ''}`;
  const [now, before] = [current.usual.usualTime(step), baseline.usual.usualTime(step)];
  if (now !== undefined && before !== undefined && now.mean > before.mean) {
    const [after, ago] = [milliseconds(now.mean / 1_000), milliseconds(before.mean / 1_000)];
    yield `${operation} takes ${after} of its own, ${ago} before.`;
  }
  const late = count(filed, 'late');
  if (late > 0) yield `${late} times it was late to take an answer that was there, or to send a call.`;
  const waiting = count(filed, 'call-time');
  if (waiting > 0) yield `${waiting} calls to it waited before it took them over.`;
  const queues = callersIn(filed, 'queue-time');
  if (queues !== '') yield `Requests queue up in ${queues} behind calls to it.`;
}

function* failureEvidence({ accused, filed, failures }: Case, docket: Docket): Iterable<string> {
  if (failures < 0.001) return;
  const silent = count(filed, 'no-answer');
  const calls = docket.calls.get(accused)?.length ?? silent;
  if (silent > 0) yield `${silent} of ${calls} calls to it failed, and nothing was heard of it.`;
  const own = count(filed, 'own-failure');
  const requests = docket.requests.get(accused)?.length ?? own;
  if (own > 0) yield `${own} of its ${requests} requests failed in itself, and not in whom it calls.`;
  const givenUp = count(filed, 'given-up');
  if (givenUp > 0) yield `${givenUp} calls to it were given up while it was at work.`;
  const cutOff = callersIn(filed, 'cut-off');
  if (cutOff !== '') {
    yield `${count(filed, 'cut-off')} requests failed in ${cutOff} without a call to it, which they make when all is well.`;
  }
  const broken = count(filed, 'broken-off');
  if (broken > 0)
    yield `${percent(broken / docket.traces)} of all requests leave their usual course with it.`;
}

function* loadEvidence(accused: string, current: Docket, baseline: Docket): Iterable<string> {
  if (!grown(accused, current, baseline)) return;
  const [now, before] = [rateOf(current, accused), rateOf(baseline, accused)];
  yield `It gets ${now.toFixed(1)} requests a second, ${before.toFixed(1)} before.`;
}

function* resourceEvidence(accused: string, alone: boolean, resources: ResourceTestimony): Iterable<string> {
  const change = resources.foremost(accused);
  if (change !== undefined) yield describeChange(change, !alone);
}

function grown(accused: string, current: Docket, baseline: Docket): boolean {
  return rateOf(current, accused) > overloadFactor * rateOf(baseline, accused);
}

/** Traces a second that it has to do with: what fails is tried again, and that is no load from outside. */
function rateOf({ visits, seconds }: Docket, accused: string): number {
  return (visits.get(accused)?.size ?? 0) / Math.max(1e-3, seconds);
}

function total(filed: readonly Filed[], charge: Charge): number {
  return filed.reduce((sum, exhibit) => (exhibit.charge === charge ? sum + exhibit.weight : sum), 0);
}

function count(filed: readonly Filed[], charge: Charge): number {
  return filed.reduce((sum, exhibit) => (exhibit.charge === charge ? sum + 1 : sum), 0);
}

function callersIn(filed: readonly Filed[], charge: Charge): string {
  const callers = filed.flatMap((exhibit) => (exhibit.charge === charge ? (exhibit.caller ?? []) : []));
  return [...new Set(callers)].sort().join(', ');
}

/** What more than `share` of the weight says, of what says anything. */
function foremost(
  filed: readonly Filed[],
  share: number,
  answer: (exhibit: Filed) => string | undefined,
): string | undefined {
  const weights = new Map<string, number>();
  let whole = 0;
  for (const exhibit of filed) {
    const said = answer(exhibit);
    if (said === undefined) continue;
    weights.set(said, (weights.get(said) ?? 0) + exhibit.weight);
    whole += exhibit.weight;
  }
  for (const [said, weight] of weights) if (weight > share * whole) return said;
  return undefined;
}

function clearestTraces(filed: readonly Filed[]): string[] {
  const sorted = filed.toSorted((one, other) => other.weight - one.weight);
  return [...new Set(sorted.map(({ traceId }) => traceId))].slice(0, traceIdsMax);
}
