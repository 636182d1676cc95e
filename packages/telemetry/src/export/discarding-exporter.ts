import type { TelemetryExporter } from './telemetry-exporter.ts';

/** Sends nothing. */
export const discardingExporter: TelemetryExporter = {
  addSpan: () => {},
  addLog: () => {},
  sendMetrics: async () => {},
  flush: async () => {},
  shutdown: async () => {},
};
