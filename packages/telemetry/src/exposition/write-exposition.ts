import { setImmediate } from 'node:timers/promises';
import type { MetricRegistry } from '../metrics/metric-registry.ts';
import { type ExpositionFormat, textFormat } from './exposition-format.ts';
import { familyLines } from './family-lines.ts';

/** Characters after which the event loop gets its turn: well below a millisecond of work. */
const chunkLength = 16_384;

/** All metrics as one text, at once: for few of them, and tests. */
export function writeExposition(registry: MetricRegistry, format: ExpositionFormat = textFormat): string {
  return [...chunks(registry, format)].join('');
}

/**
 * All metrics as text in pieces of about 16 KiB. Between two pieces the event loop gets its turn, and a reader that is slow
 * to ask for more is waited for. Each series is read when its piece is made.
 */
export async function* streamExposition(
  registry: MetricRegistry,
  format: ExpositionFormat = textFormat,
): AsyncGenerator<string, void, undefined> {
  for (const chunk of chunks(registry, format)) {
    yield chunk;
    await setImmediate();
  }
}

function* chunks(registry: MetricRegistry, format: ExpositionFormat): Generator<string> {
  let chunk = '';
  for (const family of registry.families()) {
    for (const lines of familyLines(family, format)) {
      chunk += lines;
      if (chunk.length < chunkLength) continue;
      yield chunk;
      chunk = '';
    }
  }
  if (format.syntax === 'openmetrics') chunk += '# EOF\n';
  if (chunk !== '') yield chunk;
}
