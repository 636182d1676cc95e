/** The three kinds of telemetry. */
export type Signal = 'spans' | 'logs' | 'metrics';

/** What OTLP calls a signal at its various places. */
export interface SignalNames {
  /** Of its requests over HTTP. */
  readonly path: string;
  /** Of its service in gRPC. */
  readonly service: string;
  /** The field of an answer that says how many items were rejected. */
  readonly rejectedField: string;
}

export const signals: Readonly<Record<Signal, SignalNames>> = {
  spans: {
    path: '/v1/traces',
    service: 'opentelemetry.proto.collector.trace.v1.TraceService',
    rejectedField: 'rejectedSpans',
  },
  logs: {
    path: '/v1/logs',
    service: 'opentelemetry.proto.collector.logs.v1.LogsService',
    rejectedField: 'rejectedLogRecords',
  },
  metrics: {
    path: '/v1/metrics',
    service: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
    rejectedField: 'rejectedDataPoints',
  },
};

export const signalNames: readonly Signal[] = ['spans', 'logs', 'metrics'];
