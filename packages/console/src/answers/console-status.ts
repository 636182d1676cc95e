import type { ConsoleStatus } from '../api/console-api.ts';
import type { ConsoleState } from '../console-state.ts';

/** How the console itself is. */
export async function consoleStatus(state: ConsoleState, mayAct: boolean): Promise<ConsoleStatus> {
  const { ingest, store, version, startedAt, storedBytesMax, listeners } = state;
  const { bytes, oldest } = await store.extent();
  return {
    version,
    startedAt,
    mayAct,
    spans: ingest.spans.figures(),
    logs: ingest.logs.figures(),
    metrics: ingest.metrics.figures(),
    storedBytes: bytes,
    storedBytesMax,
    oldest,
    memory: process.memoryUsage.rss(),
    listeners,
  };
}
