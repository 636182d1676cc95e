import type { Area } from '../harness/area.ts';
import { versions } from '../peers.ts';
import { metricCases } from './telemetry/metrics/cases.ts';
import { bareMetrics } from './telemetry/metrics/floor.ts';
import { holdfastMetrics } from './telemetry/metrics/holdfast.ts';
import { openTelemetryMetrics } from './telemetry/metrics/opentelemetry.ts';
import { promClientMetrics } from './telemetry/metrics/prom-client.ts';
import { waterfallCases } from './telemetry/waterfall/cases.ts';
import { bareWaterfall, holdfastWaterfall } from './telemetry/waterfall/waterfall.ts';

export const area: Area = {
  what: 'What it costs to see: metrics, and a large trace',
  cases: [...metricCases, ...waterfallCases],
  floor: { name: 'floor', version: '', subjects: { ...bareMetrics, ...bareWaterfall } },
  holdfast: { name: 'holdfast', version: '', subjects: { ...holdfastMetrics, ...holdfastWaterfall } },
  peers: [
    { name: 'prom-client', version: versions.promClient, subjects: promClientMetrics },
    { name: 'opentelemetry', version: versions.openTelemetryMetrics, subjects: { ...openTelemetryMetrics } },
  ],
};
