import { startTelemetry, type Telemetry } from '@holdfast/telemetry';

/** Where a process of the showcase sends what it tells of itself. */
export interface TelemetryOrder {
  /** An OTLP receiver. */
  readonly endpoint: string;
  /** What has to be shown to its admin endpoint by who wants to act. */
  readonly adminToken: string;
}

const metricsEvery = '2s';

/** Has this process tell of itself, where it is told to. */
export async function tell(
  service: string,
  version: string,
  order: TelemetryOrder | undefined,
): Promise<Telemetry | undefined> {
  if (order === undefined) return undefined;
  return startTelemetry({
    service,
    version,
    instance: `${service}-${process.pid}`,
    endpoint: order.endpoint,
    metrics: { interval: metricsEvery },
    admin: { token: order.adminToken },
  });
}
