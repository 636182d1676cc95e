import { type MetricRegistry, startTelemetry, type Telemetry } from '@holdfast/telemetry';
import type { NodeSettings } from './node-settings.ts';

/** Has a node tell what it does, as far as its operator wants that. `registry` is what it measures already. */
export async function startNodeTelemetry(
  { adminPort, node, otlpEndpoint }: NodeSettings,
  registry: MetricRegistry,
  version: string,
): Promise<Telemetry | undefined> {
  if (adminPort === undefined && otlpEndpoint === undefined) return undefined;
  return startTelemetry({
    service: 'holdfast-node',
    instance: node.name ?? 'default',
    version,
    endpoint: otlpEndpoint ?? false,
    admin: adminPort === undefined ? false : { port: adminPort },
    metrics: { registry, host: false },
  });
}
