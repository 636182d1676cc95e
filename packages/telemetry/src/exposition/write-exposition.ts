import { setImmediate } from 'node:timers/promises';
import type { MetricRegistry } from '../metrics/metric-registry.ts';
import { ByteWriter } from './byte-writer.ts';
import { type ExpositionFormat, textFormat } from './exposition-format.ts';
import { writeFamily } from './write-family.ts';

/** Bytes after which the event loop gets its turn: once the code is warm, well below a millisecond of work. */
const pieceBytes = 65_536;
/** Milliseconds after which it gets its turn, whatever is done. */
const sliceMillis = 2;
/** Series between two looks at the clock. */
const seriesPerLook = 8;

/** All metrics as one text, at once: for few of them, and tests. */
export function writeExposition(registry: MetricRegistry, format: ExpositionFormat = textFormat): string {
  return [...pieces(registry, format)].join('');
}

/**
 * All metrics in pieces of about 64 KiB at most, to be sent as UTF-8. Between two pieces the event loop gets its turn, and a
 * reader that is slow to ask for more is waited for. Each series is read when its piece is made.
 */
export async function* streamExposition(
  registry: MetricRegistry,
  format: ExpositionFormat = textFormat,
): AsyncGenerator<string, void, undefined> {
  for (const piece of pieces(registry, format)) {
    yield piece;
    await setImmediate();
  }
}

function* pieces(registry: MetricRegistry, format: ExpositionFormat): Generator<string> {
  // Room for the series that fills a piece up.
  const out = new ByteWriter(pieceBytes + pieceBytes / 8);
  let begun = performance.now();
  const isLate = () => performance.now() - begun > sliceMillis;
  for (const family of registry.families()) {
    let series = 0;
    for (const _ of writeFamily(out, family, format)) {
      const looks = series % seriesPerLook === 0;
      series += 1;
      if (out.length < pieceBytes && !(looks && isLate())) continue;
      yield out.take();
      begun = performance.now();
    }
  }
  if (format.syntax === 'openmetrics') out.text('# EOF\n');
  if (out.length > 0) yield out.take();
}
