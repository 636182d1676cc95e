import type { Window } from '../api/console-api.ts';
import { FlowTotals } from '../live/flow-totals.ts';
import type { LiveFlow } from '../live/live-flow.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';

/** Totals of a window, by equal steps and of all. */
export interface FlowWindow extends Window {
  /** Milliseconds. */
  readonly step: number;
  /** Those that are over. */
  readonly steps: readonly FlowTotals[];
  readonly whole: FlowTotals;
  /** How long there was anything to see, in seconds. */
  readonly seconds: number;
}

/** Steps of curves, in milliseconds: the least of which a window has no more than {@link stepsMax}. */
const stepSizes = [10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000];
const stepsMax = 120;
/** How long an answer from the store is good for windows that end now, in milliseconds. */
const cachedMillis = 5_000;
const cachedMax = 16;

/** Windows of flow: recent ones from memory, all others from the store. */
export class FlowWindows {
  readonly #store: TelemetryStore;
  readonly #live: LiveFlow;
  readonly #now: () => number;
  readonly #cache = new Map<string, { readonly until: number; readonly window: Promise<FlowWindow> }>();

  constructor(store: TelemetryStore, live: LiveFlow, now: () => number) {
    this.#store = store;
    this.#live = live;
    this.#now = now;
  }

  read({ from, to }: Window): Promise<FlowWindow> {
    const step = stepFor(to - from);
    const aligned = { from: Math.floor(from / step) * step, to: Math.ceil(to / step) * step, step };
    const key = `${aligned.from} ${aligned.to}`;
    const now = this.#now();
    const cached = this.#cache.get(key);
    if (cached !== undefined && cached.until > now) return cached.window;
    if (aligned.from >= this.#live.slices.since) return Promise.resolve(this.#fromMemory(aligned, to));
    const window = this.#fromStore(aligned, to);
    this.#cache.set(key, { until: now + cachedMillis, window });
    if (this.#cache.size > cachedMax) this.#cache.delete(this.#cache.keys().next().value!);
    window.catch(() => this.#cache.delete(key));
    return window;
  }

  #fromMemory(window: Steps, to: number): FlowWindow {
    const byStep = new Map<number, FlowTotals>();
    for (const [begin, slice] of this.#live.slices.within(window.from, window.to)) {
      const step = Math.floor((begin - window.from) / window.step);
      const totals = byStep.get(step) ?? new FlowTotals();
      totals.add(slice);
      byStep.set(step, totals);
    }
    return laidOut(window, to, byStep);
  }

  async #fromStore(window: Steps, to: number): Promise<FlowWindow> {
    return laidOut(window, to, await this.#store.flow(window));
  }
}

interface Steps extends Window {
  readonly step: number;
}

function stepFor(millis: number): number {
  return stepSizes.find((step) => millis / step <= stepsMax) ?? stepSizes.at(-1)!;
}

function laidOut(window: Steps, to: number, byStep: ReadonlyMap<number, FlowTotals>): FlowWindow {
  const { from, step } = window;
  const whole = new FlowTotals();
  for (const totals of byStep.values()) whole.add(totals);
  const first = byStep.size === 0 ? 0 : Math.min(...byStep.keys());
  const over = Math.max(1, Math.floor((to - from) / step));
  const steps = Array.from({ length: over }, (_, index) => byStep.get(index) ?? new FlowTotals());
  return { ...window, to, steps, whole, seconds: Math.max(1, (to - from - first * step) / 1e3) };
}
