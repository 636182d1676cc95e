// Ends with: the slowest bucket leads to the trace of order-13
// From a slow bucket of a histogram to the trace that was slow: exemplars, as a scraper of OpenMetrics sees them.
import { openMetricsFormat, startTelemetry, writeExposition } from '@holdfast/telemetry';

const telemetry = await startTelemetry({ service: 'shop', endpoint: false, environment: {} });
const took = telemetry.metrics.histogram('order.duration', {
  help: 'How long orders took.',
  unit: 's',
  bounds: [0.1, 1],
});

const orderOfTrace = new Map<string, string>();
for (let order = 1; order <= 20; order += 1) {
  telemetry.tracer().startActiveSpan('place order', (span) => {
    orderOfTrace.set(span.spanContext().traceId, `order-${order}`);
    took.record(order === 13 ? 4.2 : 0.04);
    span.end();
  });
}

const lines = writeExposition(telemetry.metrics, openMetricsFormat).split('\n');
const slowest = lines.find((line) => line.startsWith('order_duration_seconds_bucket{le="+Inf"}'))!;
console.log(slowest);
const traceId = /trace_id="([0-9a-f]{32})"/.exec(slowest)![1]!;
await telemetry.shutdown();
console.log(`the slowest bucket leads to the trace of ${orderOfTrace.get(traceId)}`);
