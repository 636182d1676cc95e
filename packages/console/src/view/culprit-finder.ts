import { type Culprit, findCulprits } from '@holdfast/insight';
import type { Finding, Window } from '../api/console-api.ts';
import { callerOf, type FlowTotals, nobody } from '../live/flow-totals.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';
import { findingsOf, linkTo } from './findings.ts';
import type { FlowWindow, FlowWindows } from './flow-window.ts';
import type { ServiceWindow } from './service-summaries.ts';

/** What is judged is the end of a window: as long as this many traces take, in milliseconds within these bounds. */
const tracesJudged = 300;
const judgedMin = 10_000;
const judgedMax = 60_000;
/** How far back the baseline may lie, in milliseconds, and how many traces there have to be in it. */
const baselineReach = 15 * 60_000;
const baselineTracesMin = 20;
/** How many traces are read of each, the newest; of large ones, as many as have this many spans. */
const tracesMax = 1_000;
const spansMax = 40_000;
/** Milliseconds between two looks. */
const lookMillis = 3_000;
/** What was found longer ago than this, in milliseconds, is not told: it is worth waiting for a new look. */
const staleMillis = 15_000;
/** Windows of so many lengths are looked at side by side. */
const watchesMax = 4;

/** What is looked at again and again: the last so many milliseconds. */
interface Watch {
  looked: number;
  found: number;
  looking: Promise<void> | undefined;
  culprits: readonly Culprit[];
  /** Up to when nothing was found wrong: later traces are no baseline while something is. */
  soundUntil: number | undefined;
}

/** Looks who is to blame for what is worse now than before, from time to time, as long as somebody wants to know. */
export class CulpritFinder {
  readonly #store: TelemetryStore;
  readonly #windows: FlowWindows;
  readonly #troubled: (error: unknown) => void;
  readonly #watches = new Map<number, Watch>();

  /** @param troubled - told when a look fails: what was found before stands then, and the next look comes */
  constructor(store: TelemetryStore, windows: FlowWindows, troubled: (error: unknown) => void) {
    this.#store = store;
    this.#windows = windows;
    this.#troubled = troubled;
  }

  /** What is wrong at the end of the window, the most likely cause first. */
  async findings(read: ServiceWindow, asked: Window, now: number): Promise<Finding[]> {
    const own = findingsOf(read, asked);
    if (asked.to <= now - judgedMax) return own;
    const before = await this.#windows.read({ from: asked.to - baselineReach, to: asked.to });
    const watch = this.#watchOf(judgedMillis(asked, before));
    if (watch.looking === undefined && now - watch.looked >= lookMillis) {
      watch.looked = now;
      watch.looking = this.#look(watch, asked.to - judgedMillis(asked, before), asked.to, before)
        .catch(this.#troubled)
        .finally(() => {
          watch.looking = undefined;
          watch.found = now;
        });
    }
    if (now - watch.found > staleMillis) await watch.looking;
    // Who fails with a culprit is no news.
    return watch.culprits.length > 0 ? watch.culprits.map((culprit) => findingOf(culprit, asked)) : own;
  }

  #watchOf(millis: number): Watch {
    const known = this.#watches.get(millis);
    if (known !== undefined) return known;
    const watch = { looked: 0, found: 0, looking: undefined, culprits: [], soundUntil: undefined };
    this.#watches.set(millis, watch);
    if (this.#watches.size > watchesMax) this.#watches.delete(this.#watches.keys().next().value!);
    return watch;
  }

  async #look(watch: Watch, from: number, to: number, before: FlowWindow): Promise<void> {
    const sound = watch.culprits.length === 0 ? from : (watch.soundUntil ?? from);
    const traces = tracesAtMost(before);
    const baseline = { from: beginOfLast(traces, sound, before), to: sound };
    watch.culprits =
      begunWithin(baseline, before) < baselineTracesMin
        ? []
        : await findCulprits(this.#store, {
            current: { from: Math.max(from, beginOfLast(traces, to, before)), to },
            baseline,
            tracesMax: traces,
          });
    if (watch.culprits.length === 0) watch.soundUntil = from;
  }
}

function findingOf(
  { severity, text, service, operation, evidence, traceIds }: Culprit,
  asked: Window,
): Finding {
  const [trace] = traceIds;
  const link = trace === undefined ? linkTo(service, asked) : `/traces/${trace}`;
  return { severity, text, service, operation, evidence, link };
}

/** In whole steps of the least length, so that it is the same watch from second to second. */
function judgedMillis({ from, to }: Window, before: FlowWindow): number {
  const needed = to - beginOfLast(tracesJudged, to, before);
  const judged = Math.min(judgedMax, Math.max(judgedMin, Math.ceil(needed / judgedMin) * judgedMin));
  return Math.min(judged, Math.max(1_000, Math.round((to - from) / 1_000) * 1_000));
}

function tracesAtMost({ whole }: FlowWindow): number {
  const spans = [...whole.shapes.values()].reduce((sum, { count }) => sum + count, 0);
  const spansOfTrace = spans / Math.max(1, begunIn(whole));
  return Math.max(20, Math.floor(Math.min(tracesMax, spansMax / Math.max(1, spansOfTrace))));
}

/** When the last so many traces before `end` begin, to a step: rates are those of the stretch that is read. */
function beginOfLast(traces: number, end: number, { from, step, steps }: FlowWindow): number {
  let begun = 0;
  for (let index = Math.min(steps.length, Math.floor((end - from) / step)) - 1; index >= 0; index--) {
    begun += begunIn(steps[index]!);
    if (begun >= traces) return from + index * step;
  }
  return from;
}

function begunWithin(stretch: Window, { from, step, steps }: FlowWindow): number {
  const first = Math.max(0, Math.round((stretch.from - from) / step));
  const end = Math.floor((stretch.to - from) / step);
  return steps.slice(first, Math.max(first, end)).reduce((sum, totals) => sum + begunIn(totals), 0);
}

/** How many traces began. */
function begunIn({ pairs }: FlowTotals): number {
  let begun = 0;
  for (const [pair, calls] of pairs) if (callerOf(pair) === nobody) begun += calls.count;
  return begun;
}
