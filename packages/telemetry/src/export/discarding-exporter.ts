import type { TelemetryExporter } from './telemetry-exporter.ts';

/** Sends nothing. */
export const discardingExporter: TelemetryExporter = {
  addSpan: () => {},
  addLog: () => {},
  sendMetrics: async () => true,
  flush: async () => {},
  shutdown: async () => {},
};
