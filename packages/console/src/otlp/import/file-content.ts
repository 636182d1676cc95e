import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { consoleErrors } from '../../console-errors.ts';
import { isPointTable, type PointTable, readPointTable } from './nezha-points.ts';
import { readSpanTable, type SpanTable } from './nezha-spans.ts';
import { type ParsedRequest, readRequests, timesOf } from './otlp-json.ts';

/** What a file holds that can be imported. */
export type FileContent =
  | ({ readonly kind: 'spans' } & SpanTable)
  | ({ readonly kind: 'points' } & PointTable)
  | { readonly kind: 'requests'; readonly requests: readonly ParsedRequest[] };

const unpackedBytesMax = 512 * 1_048_576;
const unpack = promisify(gunzip);

/** @throws HoldfastError TELEMETRY_MALFORMED, which names the file. */
export async function contentOf(file: string): Promise<FileContent> {
  const bytes = await readFile(file);
  const isPacked = file.endsWith('.gz');
  const text = (isPacked ? await unpack(bytes, { maxOutputLength: unpackedBytesMax }) : bytes).toString();
  try {
    if (!isTable(file)) return { kind: 'requests', requests: readRequests(text) };
    if (isPointTable(text)) return { kind: 'points', ...readPointTable(text) };
    return { kind: 'spans', ...readSpanTable(text) };
  } catch (error) {
    throw consoleErrors.create('TELEMETRY_MALFORMED', {
      message: `${file} cannot be imported: ${error instanceof Error ? error.message : error}`,
      cause: error,
      context: { file },
    });
  }
}

export function isTable(file: string): boolean {
  return /\.csv(?:\.gz)?$/.test(file);
}

/** The last time that it tells of; 0 where it tells of none. A table of metrics tells of those of the spans beside it. */
export function endOf(content: FileContent): bigint {
  if (content.kind === 'points') return 0n;
  const times =
    content.kind === 'spans' ? content.spans.map(({ end }) => end) : content.requests.flatMap(timesOf);
  return times.reduce((last, time) => (time > last ? time : last), 0n);
}
