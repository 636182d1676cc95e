import { type Culprit, findCulprits, type Span, type SpanSource, type TraceQuery } from '@holdfast/insight';
import type { Window } from '../api/console-api.ts';
import { callerOf, type FlowTotals, nobody } from '../live/flow-totals.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';
import { StoredResources } from './culprit-resources.ts';
import type { FlowWindow, FlowWindows } from './flow-window.ts';
import { SoundStretch } from './sound-stretch.ts';

/** How much of the last while is judged, and how often. Times are milliseconds. */
export interface LookoutOptions {
  /** What is judged is as short as has `tracesWanted`, within these. */
  readonly currentMin: number;
  readonly currentMax: number;
  readonly tracesWanted: number;
  /** What is so much older than the newest counts half: one trouble may give way to another. */
  readonly halfLife: number;
  /** From the end of a look to the beginning of the next, at least. Up to {@link restMaxFactor} times that where looks take long. */
  readonly restMillis: number;
  /** What was found longer ago than this is not told: it is worth waiting for a new look. */
  readonly staleMillis: number;
}

const tracesMax = 1_000;
/** Traces from before what is judged. */
const failingMax = 100;
/** Large traces are read in smaller numbers. */
const spansMax = 40_000;
/** What began less long ago than this, in milliseconds, may still be on its way. */
const lateMillis = 1_000;
const restMaxFactor = 4;
/** Where so many requests fail nothing is usual, even if nobody is found to blame. */
const failingFrom = 0.1;
/** Of a system that is heard for less long, in milliseconds, nobody knows what is usual. */
const heardMin = 9_000;
/** What is judged is no more than this share of all that was heard: there has to be something to compare it with. */
const judgedShareMax = 1 / 3;
/** How far back a baseline may lie, and what the present rate is measured over. */
const memoryMillis = 15 * 60_000;
const rateMillis = 20_000;

/** Looks who is to blame for what is worse at the end than before, from time to time, as long as somebody wants to know. */
export class CulpritLookout {
  readonly #options: LookoutOptions;
  readonly #store: TelemetryStore;
  readonly #windows: FlowWindows;
  readonly #troubled: (error: unknown) => void;
  readonly #resources: StoredResources;
  readonly #sound: SoundStretch = new SoundStretch(memoryMillis);
  #found = 0;
  #rested = 0;
  #looking: Promise<void> | undefined;
  #culprits: readonly Culprit[] = [];

  constructor(
    options: LookoutOptions,
    store: TelemetryStore,
    windows: FlowWindows,
    troubled: (error: unknown) => void,
  ) {
    this.#options = options;
    this.#store = store;
    this.#resources = new StoredResources(store);
    this.#windows = windows;
    this.#troubled = troubled;
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
    const [memory, lately] = await Promise.all([
      this.#windows.read({ from: now - memoryMillis, to: now }),
      this.#windows.read({ from: now - rateMillis, to: now }),
    ]);
    const to = now - lateMillis;
    // The step in which the first was heard is not whole, and what has just been started is slow.
    const heard = beginOfLast(Number.POSITIVE_INFINITY, to, memory) + memory.step;
    if (to - heard < heardMin) {
      this.#culprits = [];
      return;
    }
    const wanted = this.#lengthFor(begunIn(lately.whole) / lately.seconds);
    const current = { from: Math.max(to - wanted, to - (to - heard) * judgedShareMax), to };
    const sound = this.#sound.before(current.from, heard);
    const traces = tracesAtMost(memory);
    const begin = Math.max(sound.from, beginOfLast(traces, sound.to, memory));
    const baseline = { from: Math.min(begin, sound.to), to: sound.to };
    const outcomes = new Outcomes(this.#store, current);
    this.#culprits = await findCulprits(outcomes, {
      current,
      baseline,
      tracesMax: traces,
      halfLife: this.#options.halfLife,
      resources: this.#resources,
    });
    this.#sound.judged(current, heard, this.#culprits.length === 0 && outcomes.failingShare < failingFrom);
  }

  /** @param rate - traces a second */
  #lengthFor(rate: number): number {
    const { currentMin, currentMax, tracesWanted } = this.#options;
    return Math.min(currentMax, Math.max(currentMin, (tracesWanted * 1e3) / Math.max(rate, 1e-3)));
  }
}

/**
 * Traces of windows. Those of the judged one are counted by how they ended, and those from before it in which something failed
 * within it are added: work in the background goes on for long.
 */
class Outcomes implements SpanSource {
  readonly #store: TelemetryStore;
  readonly #counted: Window;
  #ended = 0;
  #failed = 0;

  constructor(store: TelemetryStore, counted: Window) {
    this.#store = store;
    this.#counted = counted;
  }

  get failingShare(): number {
    return this.#failed / Math.max(1, this.#ended);
  }

  async *traces(query: TraceQuery, signal?: AbortSignal): AsyncGenerator<readonly Span[]> {
    for await (const spans of this.#store.traces(query, signal)) {
      const root = query.from === this.#counted.from && spans.find(({ parentId }) => parentId === undefined);
      if (root) {
        this.#ended++;
        if (root.status === 'error') this.#failed++;
      }
      yield spans;
    }
    if (query.from === this.#counted.from) {
      yield* this.#store.tracesFailing({ ...query, tracesMax: failingMax }, signal);
    }
  }

  trace(traceId: string, signal?: AbortSignal): Promise<readonly Span[]> {
    return this.#store.trace(traceId, signal);
  }
}

function tracesAtMost({ whole }: FlowWindow): number {
  const spans = [...whole.shapes.values()].reduce((sum, { count }) => sum + count, 0);
  const spansOfTrace = spans / Math.max(1, begunIn(whole));
  return Math.max(20, Math.floor(Math.min(tracesMax, spansMax / Math.max(1, spansOfTrace))));
}

/** When the last so many traces before `end` begin, to a step: rates are those of the stretch that is read. */
function beginOfLast(traces: number, end: number, { from, step, steps }: Window & FlowWindow): number {
  let begun = 0;
  let begin = end;
  for (let index = Math.min(steps.length, Math.ceil((end - from) / step)) - 1; index >= 0; index--) {
    const more = begunIn(steps[index]!);
    if (more > 0) begin = from + index * step;
    begun += more;
    if (begun >= traces) break;
  }
  return begin;
}

/** How many traces began. */
function begunIn({ pairs }: FlowTotals): number {
  let begun = 0;
  for (const [pair, calls] of pairs) if (callerOf(pair) === nobody) begun += calls.count;
  return begun;
}
