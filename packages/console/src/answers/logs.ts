import { invalidArgument } from '@holdfast/core';
import type { LogList } from '../api/console-api.ts';
import type { ConsoleState } from '../console-state.ts';
import { type ApiRequest, numberIn, textIn, windowOf, wordIn } from '../server/api-request.ts';
import { countLogsBySeverity, logSeverities, searchLogs } from '../store/log-search.ts';

const limitDefault = 200;
const limitMax = 1_000;
const stepsInHistogram = 60;

export async function logList({ store }: ConsoleState, request: ApiRequest): Promise<LogList> {
  const { query, now, signal } = request;
  const window = windowOf(query, now);
  const limit = numberIn(query, 'limit', { min: 1, max: limitMax }) ?? limitDefault;
  const search = {
    ...window,
    service: textIn(query, 'service'),
    severity: wordIn(query, 'severity', logSeverities),
    text: textIn(query, 'text'),
    traceId: idIn(query, 'traceId', 32),
    spanId: idIn(query, 'spanId', 16),
    before: textIn(query, 'cursor'),
    limit: limit + 1,
  };
  const step = Math.max(1_000, Math.ceil((window.to - window.from) / stepsInHistogram / 1_000) * 1_000);
  const { rows, counts } = await store.readers.read(async (connection) => {
    const rows = await searchLogs(connection, store.book, search, signal);
    const counts = await countLogsBySeverity(connection, store.book, search, step, signal);
    return { rows, counts };
  }, signal);
  const steps = Math.ceil((window.to - window.from) / step);
  return {
    ...window,
    logs: rows.slice(0, limit),
    cursor: rows.length > limit ? rows[limit - 1]!.id : undefined,
    histogram: logSeverities
      .filter((severity) => counts.has(severity))
      .map((severity) => ({
        severity,
        counts: {
          from: window.from,
          step,
          values: Array.from({ length: steps }, (_, at) => counts.get(severity)!.get(at) ?? 0),
        },
      })),
  };
}

function idIn(query: URLSearchParams, name: string, digits: number): string | undefined {
  const id = textIn(query, name);
  if (id !== undefined && (id.length !== digits || !/^[0-9a-f]+$/.test(id))) {
    throw invalidArgument(name, id, `${digits} hexadecimal digits, in lower case`);
  }
  return id;
}
