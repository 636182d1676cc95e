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
import { storeCases } from './telemetry/store/cases.ts';
import { holdfastStore } from './telemetry/store/holdfast.ts';

export const area: Area = {
  what: 'What it costs to see',
  cases: [...metricCases, ...otlpCases],
  floor: { name: 'floor', version: '', subjects: { ...bareMetrics } },
  holdfast: { name: 'holdfast', version: '', subjects: { ...holdfastMetrics, ...holdfastOtlp } },
  peers: [
    { name: 'prom-client', version: versions.promClient, subjects: promClientMetrics },
    { name: 'protobufjs', version: versions.protobufjs, subjects: protobufjsOtlp },
    { name: 'opentelemetry', version: versions.openTelemetryMetrics, subjects: { ...openTelemetryMetrics } },
  ],
};
