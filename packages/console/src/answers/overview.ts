import type { Finding, Health, Overview, ServiceSummary, Window } from '../api/console-api.ts';
import type { ConsoleState } from '../console-state.ts';
import { goldenSignals } from '../view/golden-signals.ts';
import { requestsFromOutside } from '../view/requests-of.ts';
import { readServices } from '../view/service-summaries.ts';
import { servicesOnly } from './map.ts';

/** The first look: how all of it is, and why. */
export async function overview(state: ConsoleState, asked: Window, now: number): Promise<Overview> {
  const { windows, live, store, culprits, resources } = state;
  const read = await readServices({ windows, live, book: store.book, now }, asked);
  const services = servicesOnly(read);
  const health = worst(services);
  const [findings, saturation] = await Promise.all([
    culprits.read(asked, health, now),
    resources.saturation(read.window),
  ]);
  const requests = requestsFromOutside(read.window, store.book, read.flow);
  const signals = goldenSignals(read.window, requests, saturation);
  return {
    ...asked,
    sentence: sentenceOf(services, findings, signals.traffic.values),
    health: findings.some(({ severity }) => severity === 'alarm') ? 'failing' : health,
    findings,
    signals,
    services: services.sort(byTrouble),
    objectives: [],
  };
}

const rank: Readonly<Record<Health, number>> = { failing: 0, degraded: 1, healthy: 2, idle: 3 };

function byTrouble(one: ServiceSummary, other: ServiceSummary): number {
  return rank[one.health] - rank[other.health] || other.red.rate - one.red.rate;
}

function worst(services: readonly ServiceSummary[]): Health {
  const [first] = [...services].sort(byTrouble);
  return first?.health ?? 'idle';
}
