import type { TablePoint } from './nezha-points.ts';
import type { TableSpan } from './nezha-spans.ts';

/** Spans of tables as a request in OTLP's JSON, their times moved. */
export function spanRequest(spans: readonly TableSpan[], shift: bigint): object {
  const resourceSpans = byPod(spans).map((group) => ({
    resource: resourceOf(group[0]!),
    scopeSpans: [
      {
        spans: group.map((span) => ({
          traceId: span.traceId,
          spanId: span.spanId,
          parentSpanId: span.parentId,
          name: span.operation,
          kind: span.kind,
          startTimeUnixNano: `${span.start + shift}`,
          endTimeUnixNano: `${span.end + shift}`,
        })),
      },
    ],
  }));
  return { resourceSpans };
}

/** Points of tables as a request in OTLP's JSON, their times moved. */
export function pointRequest(points: readonly TablePoint[], shift: bigint): object {
  const resourceMetrics = byPod(points).map((group) => ({
    resource: resourceOf(group[0]!),
    scopeMetrics: [
      {
        metrics: group.flatMap(({ time, values }) =>
          Object.entries(values).map(([name, asDouble]) => ({
            name,
            gauge: { dataPoints: [{ timeUnixNano: `${time + shift}`, asDouble }] },
          })),
        ),
      },
    ],
  }));
  return { resourceMetrics };
}

interface OfPod {
  readonly pod: string;
  readonly service: string;
}

function byPod<Row extends OfPod>(rows: readonly Row[]): Row[][] {
  const pods = new Map<string, Row[]>();
  for (const row of rows) {
    const group = pods.get(row.pod);
    if (group === undefined) pods.set(row.pod, [row]);
    else group.push(row);
  }
  return [...pods.values()];
}

function resourceOf({ pod, service }: OfPod): object {
  const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
  return { attributes: [text('service.name', service), text('k8s.pod.name', pod)] };
}
