import type { Finding, Window } from '../api/console-api.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';
import { CulpritLookout } from './culprit-lookout.ts';
import { findingsOf, linkTo } from './findings.ts';
import type { FlowWindows } from './flow-window.ts';
import type { ServiceWindow } from './service-summaries.ts';

const minuteMillis = 60_000;

/** Says who is to blame for what is worse now than before; of windows of the past, only who is unwell. */
export class CulpritFinder {
  readonly #minute: CulpritLookout;
  readonly #moment: CulpritLookout;

  /** @param troubled - told when a look fails: what was found before stands then, and the next look comes */
  constructor(store: TelemetryStore, windows: FlowWindows, troubled: (error: unknown) => void) {
    this.#minute = new CulpritLookout(
      {
        currentMin: 4_000,
        currentMax: minuteMillis,
        tracesWanted: 200,
        restMillis: 1_000,
        staleMillis: 1_000,
      },
      store,
      windows,
      troubled,
    );
    this.#moment = new CulpritLookout(
      {
        currentMin: 3_000,
        currentMax: 10_000,
        tracesWanted: 150,
        restMillis: 300,
        staleMillis: 0,
      },
      store,
      windows,
      troubled,
    );
  }

  /** What is wrong in the window, the most likely cause first. */
  async findings(read: ServiceWindow, asked: Window, now: number): Promise<Finding[]> {
    if (asked.to <= now - minuteMillis) return findingsOf(read, asked);
    const lookout = asked.to - asked.from < minuteMillis ? this.#moment : this.#minute;
    const causes = (await lookout.culprits(now)).map(
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
    return causes.length > 0 ? causes : findingsOf(read, asked);
  }
}
