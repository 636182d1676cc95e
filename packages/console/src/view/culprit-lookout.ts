import { type Culprit, CulpritWatch, type Sighting, type WatchOptions, watchMemory } from '@holdfast/insight';
import type { Window } from '../api/console-api.ts';
import { callerOf, type FlowTotals, nobody } from '../live/flow-totals.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';
import { StoredResources } from './culprit-resources.ts';
import type { FlowWindow, FlowWindows } from './flow-window.ts';

/** How much of the last while is judged, and how often. Times are milliseconds. */
export interface LookoutOptions extends WatchOptions {
  /** From the end of a look to the beginning of the next, at least. Up to {@link restMaxFactor} times that where looks take long. */
  readonly restMillis: number;
  /** What was found longer ago than this is not told: it is worth waiting for a new look. */
  readonly staleMillis: number;
}

const restMaxFactor = 4;
/** What the present rate is measured over. */
const rateMillis = 20_000;

/** Looks who is to blame for what is worse at the end than before, from time to time, as long as somebody wants to know. */
export class CulpritLookout {
  readonly #options: LookoutOptions;
  readonly #store: TelemetryStore;
  readonly #windows: FlowWindows;
  readonly #troubled: (error: unknown) => void;
  readonly #watch: CulpritWatch;
  #found = 0;
  #rested = 0;
  #looking: Promise<void> | undefined;
  #culprits: readonly Culprit[] = [];
  /** When the first began of those in the step that begins at `step`. */
  #first: { readonly step: number; readonly heard: number } | undefined;

  constructor(
    options: LookoutOptions,
    store: TelemetryStore,
    windows: FlowWindows,
    troubled: (error: unknown) => void,
  ) {
    this.#options = options;
    this.#store = store;
    this.#windows = windows;
    this.#troubled = troubled;
    this.#watch = new CulpritWatch({ ...options, resources: new StoredResources(store) });
  }

  /** Those of the last look, the most likely first; of a new one where that is due. */
  async culprits(now: number): Promise<readonly Culprit[]> {
    if (this.#looking === undefined && now >= this.#rested) {
      const begun = performance.now();
      this.#looking = this.#look(now)
        .catch(this.#troubled)
        .finally(() => {
          const took = performance.now() - begun;
          this.#looking = undefined;
          this.#found = now;
          const { restMillis } = this.#options;
          this.#rested = now + took + Math.min(Math.max(took, restMillis), restMaxFactor * restMillis);
        });
    }
    if (now - this.#found > this.#options.staleMillis) await this.#looking;
    return this.#culprits;
  }

  async #look(now: number): Promise<void> {
    const sighting = await this.#sight(now);
    this.#culprits = sighting === undefined ? [] : await this.#watch.look(this.#store, sighting);
  }

  /** Undefined where nothing was heard. */
  async #sight(now: number): Promise<Sighting | undefined> {
    const [memory, lately] = await Promise.all([
      this.#windows.read({ from: now - watchMemory, to: now }),
      this.#windows.read({ from: now - rateMillis, to: now }),
    ]);
    const heard = await this.#heard(memory, now);
    if (heard === undefined) return undefined;
    return {
      now,
      heard,
      rate: begunIn(lately.whole) / Math.min(lately.seconds, Math.max(1, (now - heard) / 1e3)),
      spansOfTrace: spansIn(memory.whole) / Math.max(1, begunIn(memory.whole)),
    };
  }

  /** When the first began that is remembered. */
  async #heard({ from, step, steps }: Window & FlowWindow, now: number): Promise<number | undefined> {
    const index = steps.findIndex((totals) => begunIn(totals) > 0);
    // The step that is not over yet may be the first.
    const begin = from + (index < 0 ? steps.length : index) * step;
    if (this.#first?.step !== begin) {
      const heard = await this.#store.firstBegun({ from: begin, to: Math.min(now, begin + 2 * step) });
      this.#first = heard === undefined ? undefined : { step: begin, heard };
    }
    return this.#first?.heard;
  }
}

/** How many traces began. */
function begunIn({ pairs }: FlowTotals): number {
  let begun = 0;
  for (const [pair, calls] of pairs) if (callerOf(pair) === nobody) begun += calls.count;
  return begun;
}

function spansIn({ shapes }: FlowTotals): number {
  let spans = 0;
  for (const { count } of shapes.values()) spans += count;
  return spans;
}
