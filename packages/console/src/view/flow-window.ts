import type { Window } from '../api/console-api.ts';
import { FlowTotals } from '../live/flow-totals.ts';
import type { LiveFlow } from '../live/live-flow.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';
import { KeptAnswers } from './kept-answers.ts';

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
/** Of windows of the store, which end now as often as not. */
const storedKept = { goodMillis: 5_000, keptMax: 16 };
/** Of windows of memory: summing them up takes a twentieth of the time at most, and none is older than a second. */
const liveKept = { goodMillis: 0, timesTook: 20, goodMax: 1_000, keptMax: 16 };

/** The last moment ends when what began in it has come, and is as long as shows whether failures go on. Milliseconds. */
const [lateMillis, momentMillis] = [1_000, 5_000];

const momentKept = { goodMillis: 1_000, keptMax: 2 };

/** Totals by the number of their step, and of all. */
interface Sums {
  readonly byStep: ReadonlyMap<number, FlowTotals>;
  readonly whole: FlowTotals;
}

/** Windows of flow: recent ones from memory, all others from the store. */
export class FlowWindows {
  readonly #store: TelemetryStore;
  readonly #live: LiveFlow;
  readonly #ofStore: KeptAnswers<Sums>;
  readonly #ofMemory: KeptAnswers<Sums>;
  readonly #ofMoment: KeptAnswers<Sums>;

  constructor(store: TelemetryStore, live: LiveFlow, now: () => number) {
    this.#store = store;
    this.#live = live;
    this.#ofStore = new KeptAnswers({ ...storedKept, now });
    this.#ofMemory = new KeptAnswers({ ...liveKept, now });
    this.#ofMoment = new KeptAnswers({ ...momentKept, now });
  }

  async read({ from, to }: Window): Promise<FlowWindow> {
    const step = stepFor(to - from);
    const aligned = { from: Math.floor(from / step) * step, to: Math.ceil(to / step) * step, step };
    const key = `${aligned.from} ${aligned.to}`;
    const sums =
      aligned.from >= this.#live.slices.since
        ? this.#ofMemory.get(key, async () => summed(this.#fromMemory(aligned)))
        : this.#ofStore.get(key, async () => summed(await this.#store.flow(aligned)));
    return laidOut(aligned, to, await sums);
  }

  /** What began a moment ago, of which steps in memory tell too little. */
  async lastMoment(now: number): Promise<FlowWindow> {
    const to = Math.floor((now - lateMillis) / 1_000) * 1_000;
    const window = { from: to - momentMillis, to, step: momentMillis };
    const sums = await this.#ofMoment.get(`${to}`, async () => summed(await this.#store.flow(window)));
    return laidOut(window, to, sums);
  }

  #fromMemory(window: Steps): Map<number, FlowTotals> {
    const byStep = new Map<number, FlowTotals>();
    for (const [begin, slice] of this.#live.slices.within(window.from, window.to)) {
      const step = Math.floor((begin - window.from) / window.step);
      const totals = byStep.get(step) ?? new FlowTotals();
      totals.add(slice);
      byStep.set(step, totals);
    }
    return byStep;
  }
}

interface Steps extends Window {
  readonly step: number;
}

function stepFor(millis: number): number {
  return stepSizes.find((step) => millis / step <= stepsMax) ?? stepSizes.at(-1)!;
}

function summed(byStep: ReadonlyMap<number, FlowTotals>): Sums {
  const whole = new FlowTotals();
  for (const totals of byStep.values()) whole.add(totals);
  return { byStep, whole };
}

function laidOut(window: Steps, to: number, { byStep, whole }: Sums): FlowWindow {
  const { from, step } = window;
  const first = byStep.size === 0 ? 0 : Math.min(...byStep.keys());
  const over = Math.max(1, Math.floor((to - from) / step));
  const steps = Array.from({ length: over }, (_, index) => byStep.get(index) ?? new FlowTotals());
  return { ...window, to, steps, whole, seconds: Math.max(1, (to - from - first * step) / 1e3) };
}
