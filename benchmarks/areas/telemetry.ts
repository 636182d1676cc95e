import type { Area } from '../harness/area.ts';
import { versions } from '../peers.ts';
import { metricCases } from './telemetry/metrics/cases.ts';
import { bareMetrics } from './telemetry/metrics/floor.ts';
import { holdfastMetrics } from './telemetry/metrics/holdfast.ts';
import { openTelemetryMetrics } from './telemetry/metrics/opentelemetry.ts';
import { promClientMetrics } from './telemetry/metrics/prom-client.ts';
import { otlpCases } from './telemetry/otlp/cases.ts';
import { holdfastOtlp } from './telemetry/otlp/holdfast.ts';
import { protobufjsOtlp } from './telemetry/otlp/protobufjs.ts';
import { overheadCases } from './telemetry/overhead/cases.ts';
import { holdfastOverhead } from './telemetry/overhead/shop-pair.ts';
import { storeCases } from './telemetry/store/cases.ts';
import { holdfastStore } from './telemetry/store/holdfast.ts';
import { traceCases } from './telemetry/traces/cases.ts';
import { holdfastTraces } from './telemetry/traces/holdfast.ts';
import { openTelemetryTraces } from './telemetry/traces/opentelemetry.ts';
import { waterfallCases } from './telemetry/waterfall/cases.ts';
import { bareWaterfall, holdfastWaterfall } from './telemetry/waterfall/waterfall.ts';

export const area: Area = {
  what: 'What it costs to see: spans, metrics, the store of a console and its largest page',
  cases: [...traceCases, ...metricCases, ...otlpCases, ...storeCases, ...waterfallCases, ...overheadCases],
  floor: { name: 'floor', version: '', subjects: { ...bareMetrics, ...bareWaterfall } },
  holdfast: {
    name: 'holdfast',
    version: '',
    subjects: {
      ...holdfastTraces,
      ...holdfastMetrics,
      ...holdfastOtlp,
      ...holdfastStore,
      ...holdfastWaterfall,
      ...holdfastOverhead,
    },
  },
  peers: [
    { name: 'prom-client', version: versions.promClient, subjects: promClientMetrics },
    { name: 'protobufjs', version: versions.protobufjs, subjects: protobufjsOtlp },
    {
      name: 'opentelemetry',
      version: versions.openTelemetryMetrics,
      subjects: { ...openTelemetryTraces, ...openTelemetryMetrics },
    },
  ],
};
