import type { TraceView } from '../../api/console-api.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatShare } from '../../format/number.ts';

/** One operation's part of the critical path. */
interface CriticalOperation {
  readonly service: string;
  readonly operation: string;
  readonly time: number;
  readonly spans: number;
}

/** The operations that hold the critical path, the one that holds most first. */
function criticalOperations({
  critical,
  service,
  operation,
  services,
  operations,
}: TraceView): CriticalOperation[] {
  const found = new Map<number, { time: number; spans: number; span: number }>();
  const seen = new Uint8Array(service.length);
  for (let piece = 0; piece < critical.spans.length; piece++) {
    const span = critical.spans[piece]!;
    const key = service[span]! * operations.length + operation[span]!;
    const held = found.get(key) ?? { time: 0, spans: 0, span };
    held.time += critical.ends[piece]! - critical.starts[piece]!;
    if (seen[span] === 0) held.spans++;
    seen[span] = 1;
    found.set(key, held);
  }
  return Array.from(found.values(), ({ time, spans, span }) => ({
    service: services[service[span]!]!,
    operation: operations[operation[span]!]!,
    time,
    spans,
  })).sort((one, other) => other.time - one.time);
}

/** Where the time of a trace went, in one sentence; undefined where its path is not known. */
export function whereTimeWent(view: TraceView): string | undefined {
  const held = criticalOperations(view);
  const way = held.reduce((sum, { time }) => sum + time, 0);
  const [most] = held;
  if (most === undefined || way <= 0) return undefined;
  const { service, operation, time, spans } = most;
  const calls = spans === 1 ? '' : ` in ${spans} calls`;
  return `${operation} of ${service} holds ${formatDuration(time)}${calls}, ${formatShare(time / way)} of the critical path.`;
}
