import { type Culprit, findCulprits } from '@holdfast/insight';
import type { Finding, Window } from '../api/console-api.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';
import { findingsOf, linkTo } from './findings.ts';
import type { ServiceWindow } from './service-summaries.ts';

/** What is judged, at the end of the window; what came before is the baseline. */
const currentMillis = 60_000;
const baselineMin = 60_000;
const tracesMax = 600;
/** Milliseconds between two looks. */
const lookMillis = 5_000;

/** Looks who is to blame for what is worse now than before, from time to time, as long as somebody wants to know. */
export class CulpritFinder {
  readonly #store: TelemetryStore;
  #looked = 0;
  #looking: Promise<void> | undefined;
  #culprits: readonly Culprit[] = [];
  /** Up to when nothing was found wrong: later traces are no baseline while something is. */
  #soundUntil: number | undefined;

  constructor(store: TelemetryStore) {
    this.#store = store;
  }

  /** What is wrong in the window, the most likely cause first. */
  async findings(read: ServiceWindow, asked: Window, now: number): Promise<Finding[]> {
    const own = findingsOf(read, asked);
    const isLive = asked.to > now - currentMillis && asked.to - asked.from >= currentMillis + baselineMin;
    if (!isLive) return own;
    if (now - this.#looked >= lookMillis) {
      this.#looked = now;
      this.#looking = this.#look(asked);
    }
    await this.#looking;
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

  async #look({ from, to }: Window): Promise<void> {
    const split = to - currentMillis;
    const sound = this.#culprits.length === 0 ? split : (this.#soundUntil ?? split);
    const length = split - from;
    this.#culprits = await findCulprits(this.#store, {
      current: { from: split, to },
      baseline: { from: Math.min(from, sound - length), to: sound },
      tracesMax,
    });
    if (this.#culprits.length === 0) this.#soundUntil = split;
  }
}
