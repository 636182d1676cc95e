import { parentBased, startTelemetry, type Telemetry, traceRatio } from '@holdfast/telemetry';

/** Where a process of the showcase sends what it tells of itself. */
export interface TelemetryOrder {
  /** An OTLP receiver. */
  readonly endpoint: string;
  /** What has to be shown to its admin endpoint by who wants to act. */
  readonly adminToken: string;
  /** Of a hundred traces, so many are told. Default all. */
  readonly tracesPercent?: number;
}

const metricsEvery = '5s';

/** Who tells. */
export interface Teller {
  readonly service: string;
  readonly instance: string;
  readonly version: string;
}

/** Has this process tell of itself, where it is told to. */
export async function tell(
  teller: Teller,
  order: TelemetryOrder | undefined,
): Promise<Telemetry | undefined> {
  if (order === undefined) return undefined;
  return startTelemetry({
    ...teller,
    endpoint: order.endpoint,
    sampler: parentBased(traceRatio((order.tracesPercent ?? 100) / 100)),
    metrics: { interval: metricsEvery },
    admin: { token: order.adminToken },
  });
}
