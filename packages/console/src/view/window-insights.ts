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
import { KeptAnswers, windowKey } from './kept-answers.ts';

/** What the traces of a window say beyond sums. */
export interface Insights {
  readonly graph: ServiceGraph;
  breakdown(service: string): readonly BreakdownRow[];
}

/** So many traces of a window are read, the newest. */
const tracesMax = 500;
/** Windows are shared that differ by no more than this part of their length: they move with the clock. */
const sharedShare = 0.02;
/** What was found is given a while longer while it is found anew: what a graph is like changes slowly. */
const kept = { goodMillis: 5_000, staleMillis: 30_000, keptMax: 8 };

/** Reads traces of windows and keeps what was found for a while. */
export class WindowInsights {
  readonly #store: TelemetryStore;
  readonly #now: () => number;
  readonly #kept: KeptAnswers<Insights>;

  constructor(store: TelemetryStore, now: () => number) {
    this.#store = store;
    this.#now = now;
    this.#kept = new KeptAnswers({ ...kept, now });
  }

  read(window: Window): Promise<Insights> {
    const grain = Math.max(1, (window.to - window.from) * sharedShare);
    const key = windowKey(window, this.#now(), grain);
    return this.#kept.get(key, async () =>
      insightsOf(await profileWindow(this.#store, { ...window, tracesMax })),
    );
  }
}

function insightsOf(profile: WindowProfile): Insights {
  return { graph: serviceGraph(profile), breakdown: (service) => breakdown(profile, service) };
}
