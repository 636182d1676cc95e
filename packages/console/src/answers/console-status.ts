import type { LiveStatus } from '../api/console-api.ts';
import type { ConsoleState } from '../console-state.ts';

/** How the console itself is; whether one may act in it is for the one who asks. */
export async function consoleStatus(state: ConsoleState): Promise<LiveStatus> {
  const { ingest, store, version, startedAt, storedBytesMax, listeners } = state;
  const { bytes, oldest } = await state.extent.get('all', () => store.extent());
  return {
    version,
    startedAt,
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
