import type { TraceView } from '../../api/console-api.ts';

/** Milliseconds of each span that are on the critical path. */
export function criticalTimes({ spanIds, critical }: TraceView): Float64Array {
  const times = new Float64Array(spanIds.length);
  for (let piece = 0; piece < critical.spans.length; piece++) {
    const span = critical.spans[piece]!;
    times[span]! += critical.ends[piece]! - critical.starts[piece]!;
  }
  return times;
}

/** A service's part in a trace. */
export interface ServiceShare {
  /** Index into the trace's services. */
  readonly service: number;
  /** Milliseconds of the critical path that are its own, and their share of it. */
  readonly critical: number;
  readonly share: number;
  readonly spans: number;
  readonly errors: number;
}

/** Where the time went: the services of a trace, the one that holds most of the critical path first. */
export function serviceShares(view: TraceView): ServiceShare[] {
  const spans = new Int32Array(view.services.length);
  const errors = new Int32Array(view.services.length);
  const critical = new Float64Array(view.services.length);
  for (let span = 0; span < view.service.length; span++) {
    const service = view.service[span]!;
    spans[service]!++;
    if (view.statuses[span] === 2) errors[service]!++;
  }
  let whole = 0;
  for (let piece = 0; piece < view.critical.spans.length; piece++) {
    const span = view.critical.spans[piece]!;
    const time = view.critical.ends[piece]! - view.critical.starts[piece]!;
    critical[view.service[span]!]! += time;
    whole += time;
  }
  return view.services
    .map((_, service) => ({
      service,
      critical: critical[service]!,
      share: whole === 0 ? 0 : critical[service]! / whole,
      spans: spans[service]!,
      errors: errors[service]!,
    }))
    .sort((one, other) => other.critical - one.critical || other.spans - one.spans);
}
