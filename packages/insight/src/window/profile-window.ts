import type { SpanSource, TraceQuery } from '../model/span-source.ts';
import { assembleTrace } from '../trace/assemble-trace.ts';
import { WindowProfile } from './window-profile.ts';

/** Reads the traces of a window, and says what they come to. */
export async function profileWindow(
  source: SpanSource,
  query: TraceQuery,
  signal?: AbortSignal,
): Promise<WindowProfile> {
  const profile = new WindowProfile(query);
  for await (const spans of source.traces(query, signal)) profile.add(assembleTrace(spans));
  return profile;
}
