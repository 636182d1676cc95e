import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Span } from '../../src/model/span.ts';

/**
 * Spans of a trace file of the Nezha data set: TraceID, SpanID, ParentID or `root`, PodName, OperationName, start and end in
 * Unix nanoseconds, duration in microseconds. It has neither kinds nor statuses.
 */
export function readNezhaSpans(path: string): Span[] {
  const [, ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n');
  return rows.map((row) => {
    const fields = row.split(',');
    const [traceId, spanId, parentId, pod] = fields;
    const [start, , duration] = fields.slice(-3);
    return {
      traceId: traceId!,
      spanId: spanId!,
      parentId: parentId === 'root' ? undefined : parentId,
      service: serviceOf(pod!),
      instance: pod!,
      version: undefined,
      operation: fields.slice(4, -3).join(','),
      kind: 'internal',
      status: 'unset',
      start: Number(BigInt(start!) / 1_000n),
      duration: Number(duration),
      peer: undefined,
      links: [],
      attributes: {},
    };
  });
}

/** The files of a folder by their minute, `08_43`. */
export function traceFiles(folder: string): Map<string, string> {
  return new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith('_trace.csv'))
      .sort()
      .map((name) => [name.slice(0, 5), join(folder, name)]),
  );
}

/** A pod's name without the hashes of its replica set and of itself. */
export function serviceOf(pod: string): string {
  return pod.replace(/-[a-z0-9]+-[a-z0-9]+$/, '');
}
