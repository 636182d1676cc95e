import type { ClusterView, Finding, Health, Overview, ServiceSummary, Window } from '../api/console-api.ts';
import type { ConsoleState } from '../console-state.ts';
import { clusterFindings } from '../view/cluster-findings.ts';
import { findingsOf } from '../view/findings.ts';
import { goldenSignals } from '../view/golden-signals.ts';
import { windowKey } from '../view/kept-answers.ts';
import { requestsFromOutside } from '../view/requests-of.ts';
import { sagaFindings } from '../view/saga-findings.ts';
import { readServices, type ServiceWindow } from '../view/service-summaries.ts';
import { throttleFindings, withThrottling } from '../view/throttle-findings.ts';

/** The first look: how all of it is, and why. */
export async function overview(state: ConsoleState, asked: Window, now: number): Promise<Overview> {
  const { windows, live, store, resources, objectives, culprits, clustersLately, stuckLately } = state;
  const read = await readServices({ windows, live, book: store.book, now }, asked);
  const services = [...read.summaries.values()]
    .filter(({ name }) => read.flow.nodes.get(name)?.kind === 'service')
    .sort(byTrouble);
  const isPresent = asked.to >= now - presentMillis;
  const [blamed, throttled, saturation, met] = await Promise.all([
    isPresent ? blamedNow(state, read, asked, now) : culprits.findings(read, asked, now),
    isPresent ? resources.throttled() : new Map(),
    resources.saturation(read.window),
    objectives.read(asked),
  ]);
  const causes = withThrottling(blamed, throttleFindings(throttled, asked));
  const findings = [
    ...withClusters(causes, isPresent ? clustersLately.lately(now) : [], now),
    // Nobody is to blame for what waits for a person, and it is not forgotten for what else is wrong.
    ...sagaFindings(isPresent ? stuckLately.lately(now) : []),
  ];
  const requests = requestsFromOutside(read.window, store.book, read.flow);
  return {
    ...asked,
    sentence: services.length === 0 ? silenceOf(asked, now) : sentenceOf(services, findings),
    health: healthOf(services, findings),
    findings,
    signals: goldenSignals(read.window, requests, saturation),
    services,
    objectives: met,
  };
}

/** Who is to blame. Finding that out takes seconds on a busy machine: until it is known, who is unwell. */
function blamedNow(state: ConsoleState, read: ServiceWindow, asked: Window, now: number): Promise<Finding[]> {
  const { blamed, culprits } = state;
  return blamed.get(
    windowKey(asked, now, presentMillis),
    () => culprits.findings(read, asked, now),
    () => findingsOf(read, asked),
  );
}

/** What is known of clusters, sagas and limits is of the present. Milliseconds. */
const presentMillis = 60_000;

/** What is amiss with a cluster explains the rest; what does not is told after it. */
function withClusters(others: readonly Finding[], clusters: readonly ClusterView[], now: number): Finding[] {
  const found = clusterFindings(clusters, others, now);
  const explains = ({ severity }: Finding): boolean => severity === 'alarm';
  return [...found.filter(explains), ...others, ...found.filter((finding) => !explains(finding))];
}

const rank: Readonly<Record<Health, number>> = { failing: 0, degraded: 1, healthy: 2, idle: 3 };

function byTrouble(one: ServiceSummary, other: ServiceSummary): number {
  return rank[one.health] - rank[other.health] || other.red.rate - one.red.rate;
}

function healthOf(services: readonly ServiceSummary[], findings: readonly Finding[]): Health {
  if (findings.some(({ severity }) => severity === 'alarm')) return 'failing';
  const worst = services[0]?.health ?? 'idle';
  const warned = findings.some(({ severity }) => severity === 'warning');
  return warned && worst !== 'failing' ? 'degraded' : worst;
}

/** A window that goes on may have to wait for the first; one that is over has nothing. */
function silenceOf({ to }: Window, now: number): string {
  return to < now - 60_000 ? 'Nothing was heard in this window.' : 'Nothing has been heard yet.';
}

function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function sentenceOf(services: readonly ServiceSummary[], findings: readonly Finding[]): string {
  const [worst] = findings;
  const allWell = services.every(({ health }) => health === 'healthy' || health === 'idle');
  if (worst !== undefined && !(worst.severity === 'note' && allWell)) return asSentence(worst.text);
  const busy = services.filter(({ health }) => health !== 'idle');
  if (busy.length === 0) return 'All is quiet: nobody asks for anything.';
  return busy.length === 1 ? `${busy[0]!.name} is well.` : `All ${busy.length} services are well.`;
}
