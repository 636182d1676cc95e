import type { SpanSource, TraceQuery } from '../model/span-source.ts';
import { assembleTrace } from '../trace/assemble-trace.ts';
import type { Trace } from '../trace/trace.ts';
import { FlameTree } from './flame-tree.ts';
import { type Flame, flameOf } from './flame-view.ts';

/**
 * The aggregated critical paths of a window's traces, from the first span of the queried service on; compared with those of
 * `base`, where that is given.
 */
export async function flameOfWindow(
  source: SpanSource,
  query: TraceQuery,
  base?: TraceQuery,
  signal?: AbortSignal,
): Promise<Flame> {
  const tree = await treeOf(source, query, signal);
  return flameOf(tree, base && (await treeOf(source, base, signal)));
}

async function treeOf(source: SpanSource, query: TraceQuery, signal?: AbortSignal): Promise<FlameTree> {
  const tree = new FlameTree();
  for await (const spans of source.traces(query, signal)) {
    const trace = assembleTrace(spans);
    if (query.service === undefined) tree.add(trace);
    else tree.add(trace, firstRow(trace, query));
  }
  return tree;
}

function firstRow({ spans }: Trace, { service, operation }: TraceQuery): number {
  return spans.findIndex(
    (span) => span.service === service && (operation === undefined || span.operation === operation),
  );
}
