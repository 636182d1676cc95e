import {
  type BreakdownRow,
  breakdown,
  profileWindow,
  type ServiceGraph,
  serviceGraph,
  type WindowProfile,
} from '@holdfast/insight';
import type { Window } from '../api/console-api.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';

/** What the traces of a window say beyond sums. */
export interface Insights {
  readonly graph: ServiceGraph;
  breakdown(service: string): readonly BreakdownRow[];
}

/** So many traces of a window are read, the newest. */
const tracesMax = 500;
/** How long what was found is good, and for which part of a window's length it is shared: windows move with the clock. */
const goodMillis = 5_000;
const sharedShare = 0.02;
const keptMax = 8;

/** Reads traces of windows and keeps what was found for a while. */
export class WindowInsights {
  readonly #store: TelemetryStore;
  readonly #now: () => number;
  readonly #kept = new Map<string, { readonly until: number; readonly insights: Promise<Insights> }>();

  constructor(store: TelemetryStore, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  read(window: Window): Promise<Insights> {
    const grain = Math.max(1, (window.to - window.from) * sharedShare);
    const key = `${Math.round(window.from / grain)} ${Math.round(window.to / grain)}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.until > this.#now()) return kept.insights;
    const insights = profileWindow(this.#store, { ...window, tracesMax }).then(insightsOf);
    insights.catch(() => this.#kept.delete(key));
    this.#kept.delete(key);
    this.#kept.set(key, { until: this.#now() + goodMillis, insights });
    if (this.#kept.size > keptMax) this.#kept.delete(this.#kept.keys().next().value!);
    return insights;
  }
}

function insightsOf(profile: WindowProfile): Insights {
  return { graph: serviceGraph(profile), breakdown: (service) => breakdown(profile, service) };
}
