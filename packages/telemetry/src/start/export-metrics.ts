import type { TelemetryExporter } from '../export/telemetry-exporter.ts';
import type { MetricRegistry } from '../metrics/metric-registry.ts';
import { OtlpExporter } from '../otlp/export/otlp-exporter.ts';
import type { QueueMetrics } from '../resources/queue-metrics.ts';
import type { TracerProvider } from '../trace/tracer-provider.ts';

const signalLabel = 'holdfast.telemetry.signal';
const reasonLabel = 'holdfast.telemetry.reason';

/** What became of the telemetry of this process: how much was sent, waits, and was dropped. */
export function observeExport(
  registry: MetricRegistry,
  exporter: TelemetryExporter,
  tracers: TracerProvider,
  queues: QueueMetrics,
): void {
  registry.observe(
    'holdfast.telemetry.held.dropped',
    { kind: 'counter', unit: '{span}', help: 'Spans that were held back and found no room.' },
    () => tracers.droppedHeld,
  );
  if (!(exporter instanceof OtlpExporter)) return;
  for (const signal of ['spans', 'logs', 'metrics'] as const) {
    queues.add(`telemetry.${signal}`, {
      length: () => exporter.figures[signal].queuedItems,
      capacity: () => exporter.figures[signal].queuedItemsMax,
      dropped: () => exporter.figures[signal].dropped['queue-full'],
    });
  }
  const item = { unit: '{item}', labels: [signalLabel] } as const;
  registry.observe(
    'holdfast.telemetry.exported',
    { ...item, kind: 'counter', help: 'Spans, logs and points of metrics that have arrived.' },
    () => signals(exporter).map(([signal, { exported }]) => series(signal, exported)),
  );
  registry.observe(
    'holdfast.telemetry.sent',
    { unit: 'By', labels: [signalLabel], kind: 'counter', help: 'Bytes of bodies that went over the wire.' },
    () => signals(exporter).map(([signal, { sentBytes }]) => series(signal, sentBytes)),
  );
  registry.observe(
    'holdfast.telemetry.dropped',
    {
      kind: 'counter',
      unit: '{item}',
      help: 'Those that will not arrive, and why.',
      labels: [signalLabel, reasonLabel],
    },
    () =>
      signals(exporter).flatMap(([signal, { dropped }]) =>
        Object.entries(dropped).map(([reason, value]) => ({
          labels: { [signalLabel]: signal, [reasonLabel]: reason },
          value,
        })),
      ),
  );
}

function signals({ figures }: OtlpExporter) {
  return Object.entries(figures);
}

function series(signal: string, value: number) {
  return { labels: { [signalLabel]: signal }, value };
}
