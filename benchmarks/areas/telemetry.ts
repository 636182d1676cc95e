import type { Area } from '../harness/area.ts';
import { versions } from '../peers.ts';
import { metricCases } from './telemetry/metrics/cases.ts';
import { bareMetrics } from './telemetry/metrics/floor.ts';
import { holdfastMetrics } from './telemetry/metrics/holdfast.ts';
import { openTelemetryMetrics } from './telemetry/metrics/opentelemetry.ts';
import { promClientMetrics } from './telemetry/metrics/prom-client.ts';
import { traceCases } from './telemetry/traces/cases.ts';
import { holdfastTraces } from './telemetry/traces/holdfast.ts';
import { openTelemetryTraces } from './telemetry/traces/opentelemetry.ts';

export const area: Area = {
  what: 'What it costs to see: spans and metrics',
  cases: [...traceCases, ...metricCases],
  floor: { name: 'floor', version: '', subjects: { ...bareMetrics } },
  holdfast: { name: 'holdfast', version: '', subjects: { ...holdfastTraces, ...holdfastMetrics } },
  peers: [
    { name: 'prom-client', version: versions.promClient, subjects: promClientMetrics },
    {
      name: 'opentelemetry',
      version: versions.openTelemetryMetrics,
      subjects: { ...openTelemetryTraces, ...openTelemetryMetrics },
    },
  ],
};
