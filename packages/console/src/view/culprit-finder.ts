import { type Culprit, findCulprits } from '@holdfast/insight';
import type { Finding, Window } from '../api/console-api.ts';
import { callerOf, type FlowTotals, nobody } from '../live/flow-totals.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';
import { findingsOf, linkTo } from './findings.ts';
import type { FlowWindow } from './flow-window.ts';
import type { ServiceWindow } from './service-summaries.ts';

/** What is judged, at the end of the window; what came before is the baseline. Where there are many traces, less of each. */
const currentMillis = 60_000;
const baselineMin = 60_000;
const tracesMax = 1_000;
/** Large traces are read in smaller numbers. */
const spansMax = 40_000;
/** Milliseconds between two looks. */
const lookMillis = 5_000;
/** What was found longer ago than this, in milliseconds, is not told: it is worth waiting for a new look. */
const staleMillis = 15_000;

/** Looks who is to blame for what is worse now than before, from time to time, as long as somebody wants to know. */
export class CulpritFinder {
  readonly #store: TelemetryStore;
  readonly #troubled: (error: unknown) => void;
  #looked = 0;
  #found = 0;
  #looking: Promise<void> | undefined;
  #culprits: readonly Culprit[] = [];
  /** Up to when nothing was found wrong: later traces are no baseline while something is. */
  #soundUntil: number | undefined;

  /** @param troubled - told when a look fails: what was found before stands then, and the next look comes */
  constructor(store: TelemetryStore, troubled: (error: unknown) => void) {
    this.#store = store;
    this.#troubled = troubled;
  }

  /** What is wrong in the window, the most likely cause first. */
  async findings(read: ServiceWindow, asked: Window, now: number): Promise<Finding[]> {
    const own = findingsOf(read, asked);
    const isLive = asked.to > now - currentMillis && asked.to - asked.from >= currentMillis + baselineMin;
    if (!isLive) return own;
    if (this.#looking === undefined && now - this.#looked >= lookMillis) {
      this.#looked = now;
      this.#looking = this.#look(asked, read.window)
        .catch(this.#troubled)
        .finally(() => {
          this.#looking = undefined;
          this.#found = now;
        });
    }
    if (now - this.#found > staleMillis) await this.#looking;
    const causes = this.#culprits.map(
      ({ severity, text, service, operation, evidence, traceIds }): Finding => ({
        severity,
        text,
        service,
        operation,
        evidence,
        link: traceIds[0] === undefined ? linkTo(service, asked) : `/traces/${traceIds[0]}`,
      }),
    );
    // Who fails with a culprit is no news.
    return causes.length > 0 ? causes : own;
  }

  async #look({ to }: Window, window: FlowWindow): Promise<void> {
    const split = to - currentMillis;
    const sound = this.#culprits.length === 0 ? split : (this.#soundUntil ?? split);
    const traces = tracesAtMost(window);
    const { step } = window;
    this.#culprits = await findCulprits(this.#store, {
      current: { from: Math.max(split, beginOfLast(traces, to, window)), to },
      baseline: { from: Math.min(beginOfLast(traces, sound, window), sound - step), to: sound },
      tracesMax: traces,
    });
    if (this.#culprits.length === 0) this.#soundUntil = split;
  }
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

/** How many traces began. */
function begunIn({ pairs }: FlowTotals): number {
  let begun = 0;
  for (const [pair, calls] of pairs) if (callerOf(pair) === nobody) begun += calls.count;
  return begun;
}
