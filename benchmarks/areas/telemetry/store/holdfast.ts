import type { Subject } from '../../../harness/area.ts';
import { ingested } from './ingested.ts';
import { bytesPerSpan, edgesLive, edgesWindow, redLive, redWindow, traceById } from './stored-spans.ts';

export const holdfastStore: Readonly<Record<string, Subject>> = {
  'otlp-ingest': ingested,
  'red-live': redLive,
  'edges-live': edgesLive,
  'trace-by-id': traceById,
  'red-window': redWindow,
  'edges-window': edgesWindow,
  'bytes-per-span': bytesPerSpan,
};
